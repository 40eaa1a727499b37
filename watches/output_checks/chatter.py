"""A model that speaks about the caption, to the one who asked, in place of writing it or around it.

People begin captions in just the same ways ("Here's the secret to a good crust: time.", "Sure, ..."). So what counts is
a word for the caption itself, or an offer to change the words; in a language of which we have no list, a first line that
ends in a colon before a quotation.
"""

from __future__ import annotations

import regex

LONGEST_LINE = 160  # characters: what is longer is no line about the caption

_NOUN = (
    r"(?:captions?|alt[- ]?texts?|hashtags?|bildunterschrift(?:en)?|bildbeschreibung(?:en)?|bildtexte?|beitragstexte?"
    r"|l[ée]gendes?|leyendas?|pies?\sde\sfoto|didascali[ae]|altyaz[ıi]\w*|açıklama\w*|legendas?|bijschrift(?:en)?"
    r"|onderschrift(?:en)?|podpis\w*|подпис[ьи]|キャプション|投稿文|ハッシュタグ|標題|标题|文案|说明文字|캡션|تعليق|وصف)"
)
_ITS = rf"(?:{_NOUN}|(?:instagram|facebook|threads|social[- ]media)[- ]?(?:posts?|beitr[aä]ge?|text\w*|gönderi\w*)|posts?\b|beitrag\b|text\b|beschreibung\b|description\b|descripción\b|descrizione\b|descrição\b|beschrijving\b|opis\b|описание\b|tekst\b|texte\b|testo\b|texto\b|metin\b|gönderi\w*)"
_FOR = r"(?:for|für|zu|para|pour|per|voor|dla|için|your|deine?n?|votre)"
_YES_WORD = (
    r"(?:sure(?:\sthing)?|certainly|of\scourse|absolutely|ok(?:ay)?|great|gladly|happy\sto\shelp|no\sproblem|gerne?|klar"
    r"|natürlich|selbstverständlich|sicher|kein\sproblem|claro(?:\sque\ssí)?|por\ssupuesto|con\sgusto|desde\sluego"
    r"|bien\ssûr|avec\splaisir|volontiers|d'accord|certo|certamente|volentieri|tabii(?:\ski)?|elbette|memnuniyetle|com\scerteza"
    r"|natuurlijk|graag|zeker|oczywiście|jasne|конечно|もちろんです|もちろん|当然|好的|물론입니다|بالتأكيد|بالطبع)"
)
_YES = rf"(?:{_YES_WORD}\W{{0,4}}\s*)"
_HERE = (
    r"(?:here(?:'s|\sis|\sare)|below\sis|this\sis|i(?:'ve|\shave)\s(?:written|created|prepared)|hier\s(?:ist|sind|kommt|hast\sdu|haben\ssie)"
    r"|voici|voilà|aquí\s(?:tienes?|está|va|te\sdejo)|este\ses|ecco(?:ti|vi)?|işte|aqui\s(?:está|vai|tens?)|hier\s(?:is|zijn|heb\sje)"
    r"|oto|вот|以下(?:は|是)|こちらが|这是|這是|다음은|إليك|هذا)"
)
_INTRODUCES = regex.compile(
    rf"^\W*{_YES}?{_HERE}\b[^:\n：]{{0,80}}?\b{_NOUN}[^:\n：]{{0,80}}[:：]"
    rf"|^\W*{_YES}?{_HERE}\b[^:\n：]{{0,40}}?\b{_ITS}(?:\s{_FOR}\s[^:\n：]{{1,40}})?\s?[:：]"
    rf"|^\W*(?:{_YES})?[^:\n：]{{0,60}}{_NOUN}[^:\n：]{{0,60}}[:：]\W*(?:\n|$)"
    rf"|^\W*{_YES}{_HERE}\b",
    regex.I,
)
_WHOLE_LINE = regex.compile(
    rf"\W*{_YES}?(?:{_HERE}\s)?(?:(?:\p{{L}}|['’-])+\s){{0,3}}?{_ITS}(?:\s{_FOR}(?:\s(?:\p{{L}}|['’])+){{1,3}})?\s?[:：]\W*",
    regex.I,
)
_LABEL = regex.compile(rf"(?m)^[\s*_#>\"“-]*(?:(?:option|version)\s\w\s)?{_NOUN}[\s*_\"”]*\s?[:：]", regex.I)
_YES_ALONE = regex.compile(rf"^\W*{_YES_WORD}\s*[!.。！]\s*\n|^(?:certainly|sure\sthing)!\s", regex.I)
_QUOTED = regex.compile(r"^[^\n]{3,120}[:：]\s*\n*\s*([\"“„«「『])[^\"”“»」』]+[\"”“»」』]\s*\W*$")
_OFFER = (
    r"let\sme\sknow|tell\sme|feel\sfree|would\syou\slike|do\syou\swant|want\sme\sto|shall\si|should\si|happy\sto|i\scan\s(?:also|make|adjust|write)"
    r"|i'd\sbe\sglad|if\syou(?:'d|\swould)?\s(?:like|want|need|prefer)|lass(?:en\ssie)?\s(?:es\s)?mich|sag(?:en\ssie)?\smir|gib\smir|möchte(?:st|n)\s(?:du|sie|ihr)"
    r"|soll\sich|wenn\sdu\s(?:möchtest|willst|magst)|wenn\ssie\s(?:möchten|wollen|wünschen)|(?:kann\sich|ich\skann)\b|ich\spasse"
    r"|dites?-moi|dis-moi|n'hésite|souhaite[sz]?[- ](?:vous|tu)|voulez-vous|veux-tu|si\s(?:vous|tu)\s(?:le\s)?(?:voulez|souhaitez|veux|préfér)|je\speux"
    r"|avísame|dime|díganme|házmelo|déjame|¿?quieres?\sque|¿?te\sgustaría|si\s(?:lo\s)?(?:quieres|prefieres|deseas|necesitas)|puedo"
    r"|fammi|dimmi|vuoi\sche|se\s(?:lo\s)?(?:vuoi|preferisci|desideri)|posso|haber\sver|bana\s(?:bildir|söyle)|ister\smisin|isterseni?z?|istersen|dilerseni?z?"
    r"|me\s(?:avise|diga)|avise-me|quer\sque\seu|se\s(?:você\s)?(?:quiser|preferir)|laat\s(?:het\s)?me|wil\sje\sdat\sik|ik\skan|daj\s(?:mi\s)?znać|czy\schcesz,?\sżebym|mogę"
    r"|дайте\sзнать|скажите|хотите,?\sчтобы|могу|お知らせください|ご希望|教えてください|如果(?:您|你)|需要我|أخبرني|هل\sتريد"
)
_OFFER_BEHIND = r"haber\sver|bana\sbildir|ister\smisin|isterse|お知らせください|教えてください|ご希望"
_WORK = (
    r"(?:other|another|different|more|alternative|shorter|longer|funnier|second)\s(?:\w+\s)?(?:version|variation|variant|caption|option|tone|style|wording|draft|hashtag|one)"
    r"|(?:adjust|tweak|edit|modif|revis|rewrit|rephras|shorten|translat)\w*|any\schanges?|to\schange|make\sit\s(?:shorter|longer|more)|(?:the|a)\s(?:tone|wording|caption)\b"
    r"|anpass|änder[ens]|kürz(?:e|er|en)|überarbeit|umschreib|umformulier|übersetz|(?:weitere|andere|neue|noch\seine|mehr)\s(?:version|variante|vorschl|option|hashtag)\w*|tonfall|länger(?:e|en)?\s(?:version|fassung)"
    r"|adapt|modifi|raccourci|reformul|tradui|ajuste|autres?\s(?:version|proposition|option|légende)|le\ston\b"
    r"|ajust|cambie|cambios|modifi|acort|otra\s(?:versión|opción|leyenda)|más\s(?:opciones|versiones)|el\stono|traduc|reescrib"
    r"|accorci|riscriv|altr[ae]\s(?:version|opzion|propost|didascali)\w*|il\stono|modific|cambi\b|tradu"
    r"|değiştir|düzenle|kısalt|uzat|uyarla|çevir|başka\sbir\s(?:versiyon|seçenek|metin|açıklama)|farklı\sbir\s(?:versiyon|ton|metin)|alternatif"
    r"|mudanças|altere|encurt|outr[ao]s?\s(?:vers|opç|legenda)|o\stom|aanpas|wijzig|korter|(?:andere|nog\seen)\s(?:versie|optie)|zmieni|skróci|inn[ąae]\s(?:wersj|propozycj)"
    r"|измени|сократи|друг\w+\s(?:вариант|верси)|調整|変更|修正|別の|调整|修改|其他版本|تعديل|تغيير|نسخة\sأخرى"
)
_OFFERS = regex.compile(rf"(?:(?<=^|[\s(¿]))(?:{_OFFER})[^.!?\n]{{0,120}}?(?:{_WORK})|(?:{_WORK})[^.!?\n]{{0,60}}(?:{_OFFER_BEHIND})", regex.I)
_ABOUT_THE_WORK = regex.compile(
    r"\b(?:i\shope\s(?:this|that|it)\s|hope\s(?:this|that|it)\s)helps?\b|ich\shoffe,?\s(?:das|dies)\shilft|j'espère\sque\s(?:cela|ça)\s(?:vous|t)\W?\s?(?:aide|convient)"
    r"|espero\sque\s(?:esto\s)?(?:te|le|os|les)\s(?:sirva|ayude)|spero\s(?:che\s)?(?:ti|vi)?\s?(?:sia\sutile|aiuti|possa\sessere\sutile)|umarım\s(?:\w+\s){0,2}yardımcı"
    r"|espero\sque\s(?:isso\s)?ajude|hopelijk\shelpt|mam\snadzieję,?\sże\sto\spomoże|надеюсь,?\sэто\sпоможет"
    r"|\b(?:based|going)\son\sthe\s(?:image|picture|photo)|as\s(?:you\s)?(?:requested|instructed)\b|as\sper\syour\s(?:request|instructions)|per\syour\srequest|wie\s(?:gewünscht|angefordert)\b"
    r"|comme\sdemandé|como\s(?:solicitaste|pediste|solicitado)|come\srichiesto|istediğiniz\sgibi|zoals\sgevraagd"
    r"|\(?\b(?:character|word|zeichen|wort|wörter|caract[eè]res?|caratteri|karakter|caracteres|palabras|mots)\w*\s?(?:count|anzahl|zahl|sayısı)?\s?[:：]\s?\d+"
    r"|\(\s?(?:ca\.?\s)?\d+\s(?:characters|words|zeichen|wörter|caractères|mots|caracteres|palabras|caratteri|parole|karakter|kelime)\s?\)"
    r"|\b(?:note|please\snote|hinweis|anmerkung|remarque|nota)\s?:\s?(?:i\s|this\scaption|ich\s|je\s|j'ai|ho\s|diese\sbild)"
    r"|\b(?:the|this|your)\scaption\s(?:is|captures|highlights|uses|reflects|stays)\b|diese\sbildunterschrift\b|cette\slégende\b|questa\sdidascalia\b|esta\sleyenda\b"
    r"|\b(?:ignor|disregard|forget)\w*\b.{0,30}\b(?:previous|prior|above|earlier|all)\b.{0,20}\binstruction|\bsystem\sprompt\b|\bmy\sinstructions\b|\bjailbroken\b|\bpwned\b"
    r"|\bas\s(?:the\s(?:file\s?name|image|picture|text)\s)(?:instructed|requested)\b",
    regex.I,
)
_ALTERNATIVE = (
    r"(?:options?|versions?|variants?|variations?|alternatives?|captions?|choices?|ideas?|suggestions?|drafts?|variante|vorschlag|entwurf|idee"
    r"|opción|opciones|variante|propuesta|versión|proposition|idée|opzione|proposta|versione|idea|seçenek|öneri|alternatif|versiyon|fikir"
    r"|opção|sugestão|versão|optie|versie|voorstel|opcja|wersja|propozycja|вариант|версия|候補|案|选项|版本|方案|옵션|خيار)"
)
_ALTERNATIVES = regex.compile(
    rf"(?:^|[\n.!?]\s|(?<=[*_#(]))\W{{0,4}}{_ALTERNATIVE}\s?(?:n[or°]?\.?\s?)?(?P<first>1|a|i|one|eins)\b.{{0,800}}?\b{_ALTERNATIVE}\s?(?:n[or°]?\.?\s?)?(?:2|b|ii|two|zwei)\b"
    rf"|(?:short|long|kurz|lang|kurze|lange|courte|longue|corta|larga|breve|lunga|kısa|uzun)\w*\s{_ALTERNATIVE}\s?[:：]",
    regex.I | regex.S,
)
# The second number begins a line, or a third one follows: "1. Advent ... 2. Advent" counts Sundays.
_NUMBERED = regex.compile(
    r"\W{0,4}1(?:\ufe0f?\u20e3|\s?[.):\u2013-])\s+\S.{8,}?"
    r"(?:\n\W{0,4}2(?:\ufe0f?\u20e3|\s?[.):\u2013-])\s+\S.{8,}"
    r"|\s2(?:\ufe0f?\u20e3|\s?[.):])\s+\S.{8,}?\s3(?:\ufe0f?\u20e3|\s?[.):])\s)",
    regex.S,
)
_OR_ALONE = regex.compile(r"(?m)^\W*(?:or|oder|o|ou|oppure|veya|ya\sda|of|lub|albo|или|または|或者|أو)\W*$", regex.I)


def chatter(text: str) -> str:
    """The words in which `text` speaks of itself; "" when there are none."""
    plain = text.replace("\u2019", "'").strip()
    patterns = (_INTRODUCES, _LABEL, _YES_ALONE, _QUOTED, _OFFERS, _ABOUT_THE_WORK)
    return next((match[0].strip() for pattern in patterns if (match := pattern.search(plain))), "")


def alternatives(text: str) -> str:
    """The beginning of a list of captions to choose from; "" when `text` is one caption."""
    plain = text.strip()
    found = _ALTERNATIVES.search(plain) or _OR_ALONE.search(plain)
    if found:
        return found[0].strip()[:60]
    listed = _NUMBERED.match(plain)
    return listed[0].strip()[:60] if listed else ""


def without_lines_about_it(text: str) -> str:
    """`text` without a first line that does nothing but announce the caption ("Here's your caption:", "Caption:").

    Only for an answer that came as plain text, and only where that line stands alone above the words.
    """
    first, below, rest = text.partition("\n")
    is_about = len(first) <= LONGEST_LINE and _WHOLE_LINE.fullmatch(first.replace("\u2019", "'")) is not None
    return rest.strip() if below and rest.strip() and is_about else text
