"""What was left to be filled in: `{{name}}`, `[Insert name]`, `<your city>`, `${price}`, `%s`, `__NAME__`, lorem ipsum.

Told by the signs, not by the words between them. Square brackets are let through around an advertisement's mark, a
number or a language ("[Anzeige]", "[2/3]", "[EN]"), and wherever the owner's own prompt has the same.
"""

from __future__ import annotations

import regex

from writing.output_checks.visible import visible

_MARKS = regex.compile(
    r"\[\s*(?:ad|ads|adv|werbung|anzeige|pub|publicité|publicidad|pubblicità|reklam|sponsored|reklama|reclame|publi|pr"
    r"|\p{Lu}{2}|[\d/ .:,%€$£+-]+|sic|…|\.\.\.)\s*\]",
    regex.I,
)
_SIGNS = regex.compile(
    r"""
    [\#$@%]? \{\{? [^{}\n]{0,60} \}?\}                        # {name} {{name}} ${name} #{name}
    | \{\{ | \}\} | \{% | %\} | <% | %>
    | \[\[? [^\[\]\n\p{L}]{0,20}\p{L}[^\[\]\n]{0,80} \]\]?                    # [Insert name], [Ihr Name]
    | < \s* \p{L}[^<>\n]{0,60} >                              # <your name>
    | (?<![\d%]) % (?: \(\w+\) )? (?: \d+\$ )? [sdif] \b      # %s, %(name)s, %1$s
    | % [A-Za-z_]{3,} % | % \p{Lu}[\p{Lu}_]{2,}\b
    | \$ [A-Za-z_]{3,}\b | \$ \( \w+ \)
    | (?<![\w\#@]) _{1,2} \p{Lu}[\p{Lu}\d_]* _{1,2} (?!\w)    # __NAME__
    | (?<![\w\#@/]) [\p{Lu}\d]+ (?: _[\p{Lu}\d]+ )+ (?!\w)    # BUSINESS_NAME
    | (?<![\w\#@/.]) \p{Ll}[\p{Ll}\d]* (?: _\p{L}[\p{L}\d]* )+ (?!\w)   # your_name
    | _{3,} (?= \s{0,9}\S ) | \.{6,} | (?<!\w)\\\w{3,}
    | \b X{2,} (?: [.,:/-] X{2,} )+ | \b X{2,} \s? [€$£%] | [€$£] \s? X{1,} \b | (?<!\w) XXX+ (?!\w)
    | \b (?: FIXME | TBD | T\.B\.D\. ) \b | \b TODO \s* [:(\[] | (?m: ^ [^\w\n]{0,5} TODO [^\w\n]{0,5} $ )
    | (?i: \b lorem \s ipsum \b | \b dolor \s sit \s amet \b | \b consectetur \s adipisc )
    | (?i: \b (?: insert | einfügen | einsetzen | insérer | insertar | inserire | inserisci | ekleyin | wstaw
        | invoegen ) \b [^()\n]{0,30} (?= \) )                             # (insert name here)
        | \b (?: add | enter | fill \s in | your | ihr | dein | votre | tu | il \s tuo ) \s [^()\n]{0,20}
        (?: here | name | city | business | company | brand | product | handle | link | website | date | price | hier
        | ici | aquí | qui ) (?= \) ) )
    | \[object \s Object\] | \b NaN \b | \b undefined \b
    | (?i: \A \W{0,9} (?: null | none | n/a | nil | void | string | text | hashtags? | (?: your \s | the \s )?
        (?: caption | alt[ -]text | description ) (?: \s here | \s goes \s here | \s text )? ) \W{0,9} \Z )
    | (?i: \A \W{0,9} (?: an? | the | your ) \s (?: [\w-]{3,12} ,? \s ){0,3} (?: caption | description )
        \s (?: for | of | to | about ) \s (?: the | this | your | an? ) \s (?: picture|photo|image|post ) \W{0,9} \Z )
    | (?i: (?<!\w) (?: alt [ -]? text | alternativtext | bildbeschreibung | texte \s alternatif | texto \s alternativo
        | testo \s alternativo | alternatif \s metin | tekst \s alternatywny | alt-tekst ) \s? : )
    """,
    regex.X,
)
_IN_PARENTHESES = regex.compile(r"\([^()\n]*$")


def placeholders(text: str, said: str) -> list[str]:
    """What stands in `text` for something else. What the owner's own prompt has in square brackets is meant so."""
    plain = _MARKS.sub("", visible(text))
    own = visible(said)
    found = [match[0].strip() for match in _SIGNS.finditer(plain) if _is_one(match)]
    return [each for each in dict.fromkeys(found) if not (each.startswith("[") and each in own)]


def _is_one(match: regex.Match[str]) -> bool:
    """`(insert name here)` counts within parentheses only; everything else counts wherever it stands."""
    closes = match.string[match.end() : match.end() + 1] == ")" and match[0][:1].isalpha() and " " in match[0]
    return not closes or bool(_IN_PARENTHESES.search(match.string[: match.start()]))
