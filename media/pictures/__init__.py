"""Reading, measuring and re-making pictures. What decodes runs in a child process and is reached through
`entrypoints.py`; the rest of the product uses `media.images`.

    values.py       what goes in and out: Picture, Recipe, Rendition, BadPicture
    file_types.py   what a file is, by its first bytes
    wholeness/      is all of the file there? asked before anything is decoded
    decoding.py     open and decode within limits; whatever a decoder does becomes a sentence
    inspection.py   the first look: is it sound, and what is it like?
    facts.py        what EXIF tells: which way is up, when, where
    metadata.py     what a file tells beside its pixels: colours, AI, doubts
    marks.py        what it says about having been made with AI: read, and written again
    manifests.py    the same in C2PA
    spaces.py       colour spaces told by numbers, as ICC profiles
    boxes.py        the boxes of HEIC and AVIF
    chunks.py       the chunks of PNG and WebP, the segments of JPEG
    colours.py      any colour space to sRGB, transparency onto a background
    geometry.py     which part of the picture goes where: pure geometry
    rendering.py    the picture as it will be published
    impressions.py  what is left of a picture when its bytes are gone
    entrypoints.py  what a child may be asked to do
"""
