"""A model that declines, or speaks of itself, in the languages that people write captions in.

"I can't describe how good this smells" is a caption. So what a model says that it cannot do counts only when it is
helping, or looking at a picture; and "as an AI" only when "I" follows.
"""

from __future__ import annotations

import regex

BEGINNING = 250  # characters in which a refusal as a whole begins
_APART = r"[^.!?\n。！？]{0,40}?"

# Per language: what it cannot | what needs no object | what needs a picture | the picture.
_CANNOT = {
    "en": (
        r"\bi(?:'m| am)?\s(?:sorry,?\s(?:but\s)?i\s)?(?:can ?not|can't|won't|must decline to|am unable to|am not able to|unable to|not able to)",
        r"(?:help|assist)(?:\syou)?(?:\s(?:with|in)\b|[.,!]|$)|comply|fulfil+\s|do\sth(?:at|is)\b|provide\sa\s(?:caption|description)|create\sa\scaption",
        r"describ|identif|see|view|access|process|caption|analy[sz]e|recogni[sz]e|open|generate|write|create|provide",
        r"image|picture|photo|caption|file|content|request|people|person",
    ),
    "de": (
        r"\bich\s(?:kann|darf|möchte|werde|bin)|\b(?:kann|darf|möchte|werde|bin)\sich",
        r"(?:dabei|damit|hier(?:bei)?)\s(?:leider\s)?nicht\s(?:weiter)?helfen|nicht\s(?:weiter)?helfen|anfrage\s(?:leider\s)?nicht|nicht\sin\sder\slage|nicht\s(?:erfüllen|bearbeiten)",
        r"(?=[^.!?\n]{0,60}\b(?:nicht|keine?n?)\b)",
        r"(?:bild|foto|bildunterschrift|beschreibung|person)\w*\s(?:\w+\s){0,3}(?:beschreiben|erkennen|identifizieren|sehen|ansehen|öffnen|erstellen|schreiben|verarbeiten|analysieren|liefern)",
    ),
    "tr": (
        r"",
        r"yardımcı\s(?:olamıyorum|olamam|olamayacağım)|yardım\s(?:edemiyorum|edemem|edemeyeceğim)|iste[ğk]\w*\s(?:yerine\sgetiremem|yerine\sgetiremiyorum|karşılayamıyorum|karşılayamam)",
        r"(?:görsel|resm|resim|fotoğra[fğ]|kişi)\w*",
        r"(?:açıkla|tanımla|betimle|göre|gör|tanı|analiz\sede|oluştura|yorumla|işleye)y?[ae]?m(?:ıyorum|iyorum|am|em|ayacağım|eyeceğim)",
    ),
    "es": (
        r"\bno\s(?:puedo|me\ses\sposible|estoy\sautorizad\w|soy\scapaz\sde|tengo\spermitido)",
        r"ayudar(?:te|le|os|les)?\b(?!\sa\ssonre)|(?:cumplir|atender|responder)\b|realizar\sesa|hacer\seso",
        r"describir|identificar|ver|reconocer|procesar|analizar|generar|crear|escribir|proporcionar",
        r"imagen|foto|leyenda|descripción|persona|pie\sde",
    ),
    "fr": (
        r"\bje\s(?:ne\s|n['’])(?:peux|suis|pourrai|saurais|parviens)\s(?:malheureusement\s)?(?:pas|malheureusement)",
        r"(?:vous\s|t['’]|te\s)?aider|répondre\sà\s(?:cette|votre)|traiter\s(?:cette|votre)\sdemande|en\smesure",
        r"décrire|identifier|voir|reconnaître|traiter|analyser|générer|créer|rédiger|fournir",
        r"image|photo|légende|description|personne",
    ),
    "it": (
        r"\bnon\s(?:posso|riesco|sono\sin\sgrado|mi\sè\spossibile)",
        r"aiutar(?:ti|la|vi)\b|soddisfare|rispondere\sa\squesta|aiutare\scon",
        r"descriver|identificar|veder|riconoscer|elaborar|analizzar|generar|crear|scriver|fornir",
        r"immagin|foto|didascali|descrizion|person",
    ),
    "pt": (
        r"\bnão\s(?:posso|consigo|sou\scapaz\sde|me\sé\spossível|tenho\spermissão)",
        r"ajudar?(?:-?(?:lo|te|lhe))?\s(?:com|nisso|nesse)|ajudar\b[.,!]|atender|cumprir|responder\sa\sess",
        r"descrever|identificar|ver|reconhecer|processar|analisar|gerar|criar|escrever|fornecer",
        r"imagem|foto|legenda|descrição|pessoa",
    ),
    "nl": (
        r"\bik\s(?:kan|mag|ben)|\b(?:kan|mag)\sik",
        r"(?:hier(?:bij|mee)|daar(?:bij|mee)|je|u)?\s?(?:helaas\s)?niet\s(?:mee\s)?helpen|niet\sin\sstaat|verzoek\sniet",
        r"(?=[^.!?\n]{0,60}\b(?:niet|geen)\b)",
        r"(?:afbeelding|foto|bijschrift|beschrijving|persoon)\w*\s(?:\w+\s){0,3}(?:beschrijven|herkennen|identificeren|zien|maken|schrijven|bekijken|verwerken)",
    ),
    "pl": (
        r"\bnie\s(?:mogę|jestem\sw\sstanie|potrafię)",
        r"(?:w\stym\s)?pomóc|spełnić|zrealizować",
        r"opisa|zidentyfikowa|zobaczy|rozpozna|przetworzy|wygenerowa|stworzy|napisa",
        r"obraz|zdjęci|podpis|opis|osob",
    ),
    "ru": (
        r"\b(?:я\s)?не\s(?:могу|в\sсостоянии|имею\sвозможности)",
        r"(?:вам\s|с\sэтим\s)?помочь|выполнить",
        r"описать|опознать|увидеть|распознать|обработать|создать|написать",
        r"изображени|фото|картинк|подпис|описани|человек",
    ),
    "ja": (r"", r"お手伝い(?:できません|できかねます)|(?:お応え|お答え|対応)(?:できません|できかねます|いたしかねます)", r"画像|写真|リクエスト|人物", r"できません|できかねます|いたしかねます"),
    "zh": (r"", r"(?:无法|不能|無法)(?:提供)?(?:帮助|協助|协助|满足|滿足)", r"(?:无法|不能|無法)", r"(?:描述|识别|識別|查看|处理|分析|生成).{0,8}(?:图|圖|照片|内容)"),
    "ko": (r"", r"도와드릴\s수\s없|도움을\s드릴\s수\s없|응할\s수\s없", r"이미지|사진|요청", r"수\s없습니다"),
    "ar": (r"(?:لا\s(?:أستطيع|يمكنني)|لست\sقادر\w*)", r"مساعد|المساعدة|تلبية", r"وصف|تحديد|رؤية|معالجة|إنشاء|كتابة", r"صور|طلب|تعليق|شخص"),
    "sv": (r"\bjag\s(?:kan|får)(?:\styvärr)?\sinte|\bjeg\s(?:kan|må)(?:\s(?:desværre|dessverre))?\sikke", r"hjälpa|hjælpe|hjelpe", r"beskriva|beskrive|identifier|skapa|se", r"bild|foto"),
}  # fmt: skip
_SORRY = (
    r"^\W*(?:i'm\ssorry|i\sam\ssorry|i\sapologi[sz]e|my\sapologies|es\stut\smir\s(?:sehr\s)?leid|tut\smir\sleid|lo\ssiento"
    r"|je\s(?:suis|regrette).{0,12}désolée?|désolée?|mi\sdispiace|desculpe|sinto\smuito|het\sspijt\sme|przykro\smi"
    r"|przepraszam|извините|простите|к\sсожалению|申し訳|很抱歉|抱歉|죄송|عذرا|آسف|أعتذر|üzgünüm|maalesef)"
)
_FIRST_PERSON = r"(?:i|ich|je|j['’]|yo|io|eu|ik|ja|я|我|私|저는|أنا)\b"
_NO = r"(?:\bnot\b|n't\b|\bunable|\bnicht\b|\bkeine?n?\b|\bpas\b|\bno\b|\bnon\b|\bnão\b|\bniet\b|\bnie\b|\bне\b|ません|无法|不能|없|لا\s|m[ae]m\b|m[ıi]yorum\b)"
_MODEL = (
    r"\bas\san?\s(?:ai|artificial\sintelligence|(?:large\s)?language\smodel)\b[^.!?]{0,30}?\b(?:i|my)\b"
    r"|\bi(?:'m|\sam)\s(?:just\s|only\s)?an?\s(?:ai|(?:large\s)?language\smodel)\b"
    r"|\bals\s(?:eine?\s)?(?:ki|künstliche\sintelligenz|(?:großes\s)?sprachmodell|ki-\w+)\b[^.!?]{0,30}?\bich\b"
    r"|\bich\sbin\s(?:nur\s)?(?:eine?\s)?(?:ki|künstliche\sintelligenz|sprachmodell)\b"
    r"|\ben\stant\squ['’](?:ia|intelligence\sartificielle|modèle\sde\slangage|assistant)\b"
    r"|\bcomo\s(?:una?\s)?(?:ia|inteligencia\sartificial|modelo\sde\slengua\w+|modelo\sde\slinguagem|inteligência\sartificial)\b[^.!?]{0,20}?\b(?:no|não|puedo|posso|tengo)\b"
    r"|\b(?:come|in\squanto)\s(?:una?\s)?(?:ia|intelligenza\sartificiale|modello\slinguistico)\b[^.!?]{0,20}?\b(?:non|posso)\b"
    r"|(?:yapay\szek[aâ]|dil\smodel)\w*[^.!?]{0,25}\solarak\b|\bals\s(?:een\s)?(?:ai|taalmodel|ai-\w+)\b[^.!?]{0,20}?\bik\b"
    r"|\bjako\s(?:ai|model\sjęzykowy|sztuczna\sinteligencja)\b|\bкак\s(?:ии|языковая\sмодель|искусственный)\b"
    r"|(?:ai|人工知能|言語モデル|アシスタント)として|作为(?:一个)?(?:ai|人工智能|语言模型)|ai\s?(?:언어\s?)?모델로서|(?:بصفتي|كنموذج\sلغوي|كوني)"
)
_DECLINES = regex.compile(
    "|".join(
        rf"(?:{cannot}){_APART}(?:{alone}|(?:{act}){_APART}(?:{on}))" for cannot, alone, act, on in _CANNOT.values()
    ),
    regex.I,
)
_OF_ITSELF = regex.compile(_MODEL, regex.I)
_APOLOGY = regex.compile(rf"{_SORRY}[^.!?\n。]{{0,20}}[,.，。、!]?\s?[^.!?\n]{{0,40}}{_NO}", regex.I)
_ME = regex.compile(rf"(?:^|\W){_FIRST_PERSON}|ich\b|\b(?:puedo|posso|peux|riesco|consigo|mogę|могу)\b|ません|无法|없습니다|أستطيع|يمكنني|\w[ae]m(?:ıyorum|iyorum)?\b", regex.I)


_ENDS = regex.compile(r"[.!?。！？\n]\s")


def is_refusal(text: str) -> bool:
    """Does the model decline, in place of a caption?"""
    beginning = text[:BEGINNING].strip()
    return any(not _ENDS.search(beginning[: match.start()]) for match in _refusals(beginning))


def refusal_inside(text: str) -> str:
    """What a model says of itself, or that it cannot, anywhere in `text`; "" when it does not."""
    return next((match[0].strip() for match in _refusals(text)), "")


def _refusals(text: str) -> list[regex.Match[str]]:
    plain = text.replace("\u2019", "'").strip()
    apology = _APOLOGY.match(plain)
    found = [apology] if apology and _ME.search(apology[0]) and _is_about_the_task(plain) else []
    return found + [match for pattern in (_DECLINES, _OF_ITSELF) if (match := pattern.search(plain))]


_TASK = regex.compile(
    r"\b(?:help|assist|describ|identif|image|picture|caption|request|helfen|beschreib|bild|bildunterschrift|anfrage|ayud"
    r"|imagen|solicitud|aider|décri|l'image|cette\simage|demande|aiut|descriv|immagin|richiest|ajud|descrev|imagem|pedido"
    r"|afbeelding|beschrijv|verzoek|pomóc|opisa|obraz|помочь|описать|изображени|yardım|görsel|açıkla|betimle|resm)"
    r"|画像|写真|お手伝い|リクエスト|图片|图像|帮助|请求|이미지|도와|صورة|مساعد|وصف",
    regex.I,
)


def _is_about_the_task(text: str) -> bool:
    return bool(_TASK.search(text[:BEGINNING]))
