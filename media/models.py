"""Pictures and videos whose bytes we have seen. Where they came from is known by name alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from poster.models import Row
from poster.secrets.fields import ToldField

UPLOADED = "uploaded"


class Asset(Row):
    """One picture or video. There is a row only once its bytes were seen, and it knows no watch.

    `origin` names who can bring the bytes again (`media.origins`); nobody can for what was uploaded.
    """

    class AiMark(models.TextChoices):
        """What its file says of it. The values are terms of IPTC's vocabulary, as `media.pictures.marks` has them."""

        TRAINED = "trainedAlgorithmicMedia", _("made with AI")
        COMPOSITE = "compositeWithTrainedAlgorithmicMedia", _("partly made with AI")
        ALGORITHMIC = "algorithmicMedia", _("made by a program")

    class Doubt(models.TextChoices):
        """Why a person should look at it. The values are those of `media.pictures.values`."""

        HOLE = "hole", _("it may have a hole")
        HDR = "hdr", _("it is HDR")
        COARSE = "coarse", _("its dark shades are coarse")

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        VIDEO = "video", _("video")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PICTURE)
    origin = models.CharField(max_length=20, default=UPLOADED)
    name = ToldField(max_length=1000)
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(_("type"), max_length=50, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    taken_on = models.DateField(null=True, blank=True)
    place = ToldField(max_length=200, blank=True)  # a town, and only when the owner asked for it
    impression = models.CharField(max_length=72, blank=True)  # 4 x 3 colours: what is shown after the bytes are gone
    fingerprint = models.CharField(max_length=16, blank=True, db_index=True)  # of what is seen, not of the bytes
    ai_mark = models.CharField(_("says it is"), max_length=40, blank=True, choices=AiMark.choices)
    doubt = models.CharField(_("look because"), max_length=10, blank=True, choices=Doubt.choices)
    in_spool = models.BooleanField(default=False)  # the bytes are here

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="asset_by_owner"),
            models.Index(fields=["-created_at"], name="asset_in_spool", condition=Q(in_spool=True)),
            models.Index(fields=["owner"], name="asset_held", condition=Q(in_spool=True)),
        ]

    def __str__(self) -> str:
        return self.name
