"""Pictures and videos whose bytes we have seen. Where they came from is known by name alone."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from poster.models import Row
from poster.secrets.fields import ToldField

UPLOADED = "uploaded"


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets, and which of them we hold bytes of."""

    def held(self, *purposes: str) -> Self:
        """Those of which we hold bytes: of one of these purposes, or any."""
        blobs = Blob.objects.filter(purpose__in=purposes) if purposes else Blob.objects.all()
        return self.filter(pk__in=blobs.order_by().values("asset"))


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
    origin = models.CharField(max_length=20)
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

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["-created_at"]
        constraints = [
            # The same file uploaded again is the one that is there.
            models.UniqueConstraint(
                fields=["owner", "sha256"], name="asset_once_uploaded", condition=models.Q(origin=UPLOADED)
            )
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="asset_by_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_uploaded(self) -> bool:
        """Whether it came from its owner's hand: then it stays until they delete it, and nobody can bring it again."""
        return self.origin == UPLOADED


class Blob(Row):
    """One file of an asset that we hold. There is a row only once its bytes lie there, and it goes after them.

    Moved only by `media.blobs`. Other bytes get another `key`, and what was under the one before is deleted: so a key
    says which bytes are meant, and is what a swap compares.
    """

    class Purpose(models.TextChoices):
        ORIGINAL = "original", _("as it came")
        FOR_MODEL = "for_model", _("for a model that looks at it")
        THUMBNAIL = "thumbnail", _("for our own pages")
        RENDITION = "rendition", _("as it goes out")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blobs")
    # Nobody takes an asset out and leaves its bytes.
    asset = models.ForeignKey(Asset, models.RESTRICT, related_name="blobs")
    purpose = models.CharField(pgettext_lazy("what a file is for", "for"), max_length=10, choices=Purpose.choices)
    recipe = models.CharField(max_length=64, blank=True)  # `media.renditions.digest` of how it was made; "" as it came
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(_("type"), max_length=50)
    size = models.PositiveBigIntegerField(_("bytes"))
    facts = models.JSONField(default=dict, blank=True)  # what is known of a picture that was made: `media.renditions`
    place = models.CharField(max_length=20)  # one of `media.storage.STORAGES`
    key = models.CharField(max_length=200, unique=True)  # what it is called there

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            # Two people with the same picture hold it twice: what one has taken out is not the other's loss.
            models.UniqueConstraint(fields=["owner", "asset", "purpose", "recipe"], name="blob_once"),
        ]

    def __str__(self) -> str:
        return self.key


class Upload(Row):
    """A file that a person sends in pieces (`media.uploads`). It goes when all of it is there, or a day after a piece.

    `mark`: what their browser knows the file by, so that another tab goes on where one has ended.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    name = ToldField(max_length=1000)
    mark = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    received = models.PositiveBigIntegerField(default=0)  # from its beginning on
    until = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "mark"], name="upload_once")]

    def __str__(self) -> str:
        return self.name
