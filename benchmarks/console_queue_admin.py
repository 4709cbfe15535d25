"""Model, admin and URLs of Django's side. Imported once Django is configured."""
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.urls import path


class Case(models.Model):
    """The table as Django maps it."""

    id = models.UUIDField(primary_key=True)
    ref = models.TextField()
    kind = models.TextField(choices=[("talent_profile", "Talent profile")])
    title_en = models.TextField()
    title_ar = models.TextField()
    language = models.TextField(choices=[("en", "English"), ("ar", "Arabic"), ("both", "Both")])
    minor = models.BooleanField()
    state = models.TextField()
    priority = models.IntegerField()
    queue_rank = models.IntegerField()
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        """Django's."""

        app_label, db_table, managed = "contenttypes", "cases", False  # an installed one: the admin asks


class NoCount(Paginator):
    """A paginator that never counts: it says there are many."""

    @property
    def count(self) -> int:
        """Enough for a next page."""
        return 10_000


class CaseAdmin(admin.ModelAdmin):
    """The changelist with the columns, filters, search and number of rows that our queue has."""

    list_display: ClassVar[list[str]] = ["ref", "kind", "title_en", "title_ar", "language", "minor", "state",
                                         "priority", "due_at", "created_at"]
    list_filter: ClassVar[list[str]] = ["kind", "language", "minor", "due_at"]
    search_fields: ClassVar[list[str]] = ["ref", "title_en", "title_ar"]
    list_per_page = 50
    show_full_result_count = False
    paginator = NoCount
    ordering: ClassVar[list[str]] = ["queue_rank", "due_at", "id"]
    actions_on_top = True

    def get_queryset(self, request: Any) -> Any:
        """The open cases, as our queue shows."""
        return super().get_queryset(request).filter(state="open")


site = admin.AdminSite()
site.register(Case, CaseAdmin)
urlpatterns = [path("admin/", site.urls)]
