"""Who there is, who may do what, who did what, and what is to be sent."""

import re
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from authorities.classing import classed
from authorities.errors import HistoryIsKept
from authorities.querysets import (
    ON_PEOPLE,
    AuditEntryQuerySet,
    AuthorityQuerySet,
    MembershipQuerySet,
    MessageQuerySet,
    StaffInvitationQuerySet,
    UserManager,
)
from authorities.roles import Role

# As rules write it, after the role or the kind of second factor; as long as a key can be.
_A_PERSON = re.compile(r"(?:[a-z_ ]+, )?person ([1-9][0-9]{0,17})")


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, who signs in by e-mail address. Families have no accounts."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may use Django's admin", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    # Another value ends every session of this person: when a first second factor is set up, so that
    # whoever had signed in by the password alone is out, and when an administrator takes one away.
    session_salt = models.CharField(max_length=32, default="", db_default="", editable=False)

    # Filled in for whoever is signed in (authorities.sign_in.Backend), else not.
    has_second_factor: bool = False

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    classes = classed(
        operational="id is_active is_staff is_superuser date_joined last_login groups "
        "user_permissions",
        personal="email name password session_salt",
    )

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must know to go on: Django compares it at every request."""
        secret = f"{self.password} {self.session_salt}"
        return salted_hmac("authorities.User.session", secret, algorithm="sha256").hexdigest()

    def clean(self) -> None:
        """Addresses are kept in small letters, so that one cannot be taken twice."""
        super().clean()
        self.email = type(self).objects.normalize_email(self.email).lower()


class Region(models.Model):
    """One of the nine regions of England."""

    gss_code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=80, unique=True)

    classes = classed(public="gss_code name")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """A local authority with children's services duties, while in force. They merge and split."""

    class Kind(models.TextChoices):
        UNITARY = "unitary", "unitary authority"
        COUNTY = "county", "county council"
        METROPOLITAN = "metropolitan", "metropolitan district"
        LONDON = "london", "London borough"

    gss_code = models.CharField("GSS code", max_length=9, unique=True)
    dfe_number = models.CharField("DfE number", max_length=3)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="authorities")
    in_force_from = models.DateField()
    in_force_until = models.DateField("last day in force", null=True, blank=True)
    neighbours: "models.ManyToManyField[Authority, StatisticalNeighbour]" = models.ManyToManyField(
        "self", through="StatisticalNeighbour", symmetrical=False, related_name="neighbour_of"
    )

    objects = AuthorityQuerySet.as_manager()

    classes = classed(
        public="id gss_code dfe_number name kind region in_force_from in_force_until neighbours"
    )

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "authorities"
        constraints = (
            models.CheckConstraint(
                name="authority_ends_after_it_begins",
                condition=Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from")),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StatisticalNeighbour(models.Model):
    """One of the ten authorities most like this one, by the Department for Education's measure."""

    authority = models.ForeignKey(
        Authority, on_delete=models.CASCADE, related_name="neighbour_ranks"
    )
    neighbour = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField()
    closeness = models.CharField(max_length=40)

    classes = classed(public="id authority neighbour rank closeness")

    class Meta:
        ordering = ("authority", "rank")
        constraints = (
            models.UniqueConstraint(name="one_neighbour_a_rank", fields=("authority", "rank")),
            models.UniqueConstraint(name="one_rank_a_neighbour", fields=("authority", "neighbour")),
            models.CheckConstraint(
                name="nobody_is_their_own_neighbour", condition=~Q(authority=F("neighbour"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.neighbour_id} to {self.authority_id}"


class ServicePopulation(models.Model):
    """How many children, or care leavers, use one service of an authority. Nobody is in two."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="populations")
    service = models.SlugField(max_length=40)
    number = models.PositiveIntegerField(null=True, help_text="empty where it is not published")
    derived = models.BooleanField(
        help_text="worked out from published figures, not published as such"
    )
    year = models.PositiveSmallIntegerField()

    classes = classed(public="id authority service number derived year")

    class Meta:
        ordering = ("authority", "service")
        constraints = (
            models.UniqueConstraint(
                name="one_population_a_service_and_year", fields=("authority", "service", "year")
            ),
        )

    def __str__(self) -> str:
        return f"{self.authority_id} {self.service} {self.year}"


class Setting(models.Model):
    """A team, home or place of an authority. Optional wherever it appears."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="settings")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_until = models.DateField("last day in force", null=True, blank=True)

    classes = classed(operational="id authority code name in_force_from in_force_until")

    class Meta:
        ordering = ("authority", "name")
        constraints = (
            models.UniqueConstraint(name="one_setting_a_code", fields=("authority", "code")),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that a person holds, in one authority or (with none) nationally."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    held_from = models.DateField()
    held_until = models.DateField("last day held", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    classes = classed(
        operational="id role authority held_from held_until",
        personal="user",
    )

    class Meta:
        ordering = ("user", "role")
        constraints = (
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(held_until=None) | Q(held_until__gte=F("held_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"

    @property
    def role_in_words(self) -> str:
        return Role(self.role).words


class StaffInvitation(models.Model):
    """A named role, offered by e-mail to one address; whoever has the link may accept it once.

    Only a digest of what the link holds is kept, so that no copy of the database lets anyone in.
    """

    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    held_until = models.DateField("last day held", null=True, blank=True)
    why = models.CharField(max_length=400)
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    objects = StaffInvitationQuerySet.as_manager()

    classes = classed(
        operational="id role authority held_until why sent_at expires_at revoked_at accepted_at",
        personal="email digest invited_by accepted_by",
    )

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = (
            # Two, because to a database no empty authority is like another.
            models.UniqueConstraint(
                name="one_open_invitation_to_a_local_role",
                fields=("email", "role", "authority"),
                condition=Q(accepted_at=None, revoked_at=None, authority__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_open_invitation_to_a_national_role",
                fields=("email", "role"),
                condition=Q(accepted_at=None, revoked_at=None, authority=None),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_someone_or_not_at_all",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked_but_not_both",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def role_in_words(self) -> str:
        return Role(self.role).words


class AuditEntry(models.Model):
    """Who did what, to what, and why. Added to, never edited."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True)
    why = models.TextField(blank=True)

    objects = AuditEntryQuerySet.as_manager()

    classes = classed(operational="id at act subject authority why", personal="actor")

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name_plural = "audit entries"
        indexes = (models.Index(name="audit_by_authority", fields=("authority", "-at")),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject}"

    def save(self, *, using: str | None = None, **_: Any) -> None:
        """Add the entry. The database's own guard is in the migration ``0002_keep_the_audit``.

        Raises:
            HistoryIsKept: it was added before.
        """
        if not self._state.adding:
            raise HistoryIsKept
        # Without this, Django updates the row whose key was given by hand.
        super().save(force_insert=True, using=using)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise HistoryIsKept

    @property
    def person(self) -> int | None:
        """The number of the account that it tells of; ``None`` where it tells of nobody's."""
        found = _A_PERSON.fullmatch(self.subject) if self.act.startswith(ON_PEOPLE) else None
        return int(found[1]) if found else None


class Message(models.Model):
    """An e-mail to be sent: written where the news is made, sent by a task, found by a sweep."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed", "failed for good"

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    classes = classed(
        operational="id state attempts written_at due_at sent_at",
        personal="to subject body",
    )

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(name="message_by_state_and_due", fields=("state", "due_at")),)

    def __str__(self) -> str:
        return f"message {self.pk}: {self.state}"


class Sweep(models.Model):
    """When each periodic task last ended well, so that silence is noticed."""

    name = models.CharField(max_length=80, primary_key=True)
    ended_at = models.DateTimeField()

    classes = classed(operational="name ended_at")

    def __str__(self) -> str:
        return self.name
