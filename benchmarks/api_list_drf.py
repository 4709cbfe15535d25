"""The Django side of `api-list`: model, serializer, view, URL. Imported once Django is configured."""
from typing import Any, ClassVar

import jwt
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import path
from rest_framework import authentication, exceptions, generics, pagination, permissions, serializers

from benchmarks.api_list_peers import claims


class Profile(models.Model):
    """The table as Django maps it."""

    id = models.UUIDField(primary_key=True)
    display_name_ar = models.TextField()
    display_name_en = models.TextField()
    stage_name_ar = models.TextField(null=True)
    stage_name_en = models.TextField(null=True)
    gender = models.TextField()
    nationality = models.TextField()
    city = models.TextField()
    playing_age_min = models.IntegerField()
    playing_age_max = models.IntegerField()
    languages = ArrayField(models.TextField())
    thumb_photo_id = models.UUIDField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        """Django's."""

        app_label, db_table, managed = "bench", "published_profiles", False


class ProfileSerializer(serializers.ModelSerializer):
    """Every column of the list."""

    class Meta:
        """The framework's."""

        model = Profile
        fields: ClassVar[list[str]] = [field.name for field in Profile._meta.fields]


class Newest(pagination.CursorPagination):
    """Keyset pages."""

    page_size, ordering = 50, "-id"


class User:
    """Whoever holds the token."""

    is_authenticated = True


class Token(authentication.BaseAuthentication):
    """The same check of the same token."""

    def authenticate(self, request: Any) -> tuple[User, str]:
        """The framework's hook."""
        try:
            claims(request.headers["Authorization"], settings.TOKEN_KEY)
        except jwt.InvalidTokenError as error:
            raise exceptions.AuthenticationFailed from error
        return User(), ""


class Profiles(generics.ListAPIView):
    """The list."""

    queryset = Profile.objects.all()
    serializer_class = ProfileSerializer
    pagination_class = Newest
    authentication_classes: ClassVar[list[type]] = [Token]
    permission_classes: ClassVar[list[type]] = [permissions.IsAuthenticated]


urlpatterns = [path("list", Profiles.as_view())]
