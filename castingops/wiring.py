"""What is connected to what, for `app`, `worker` and `cli`. A feature is in the house when it is here."""
from typing import Any

from flask import Flask

from castingops.audit import console as audit_console
from castingops.audit import errors as audit_errors
from castingops.audit import permissions as audit_permissions
from castingops.audit import service as audit
from castingops.audit import tasks as audit_tasks
from castingops.casting import api as casting_api
from castingops.casting import console as casting_console
from castingops.casting import errors as casting_errors
from castingops.casting import handlers as casting_handlers
from castingops.casting import permissions as casting_permissions
from castingops.casting import service as casting
from castingops.casting import tasks as casting_tasks
from castingops.casting.service import applications, calls, share_links_desk, talents
from castingops.consent import api as consent_api
from castingops.consent import handlers as consent_handlers
from castingops.consent import service as consent
from castingops.core import entitlements
from castingops.core.config import Settings
from castingops.core.errors import DomainError
from castingops.core.jobs import Job, Slot
from castingops.core.messages import N_
from castingops.directory import api as directory_api
from castingops.directory import console as directory_console
from castingops.directory import permissions as directory_permissions
from castingops.directory import tasks as directory_tasks
from castingops.identity import api as identity_api
from castingops.identity import console as identity_console
from castingops.identity import errors as identity_errors
from castingops.identity import handlers as identity_handlers
from castingops.identity import permissions as identity_permissions
from castingops.identity import service as identity
from castingops.identity import tasks as identity_tasks
from castingops.identity.console import account_pages
from castingops.identity.console import guardians as guardians_console
from castingops.identity.console import people as people_console
from castingops.identity.service import guardians, phones, proposals
from castingops.media import api as media_api
from castingops.media import console as media_console
from castingops.media import errors as media_errors
from castingops.media import handlers as media_handlers
from castingops.media import service as media
from castingops.media import tasks as media_tasks
from castingops.moderation import api as moderation_api
from castingops.moderation import console as moderation_console
from castingops.moderation import errors as moderation_errors
from castingops.moderation import handlers as moderation_handlers
from castingops.moderation import permissions as moderation_permissions
from castingops.moderation import service as moderation
from castingops.moderation import tasks as moderation_tasks
from castingops.moderation.console import appeal_page
from castingops.moderation.service import appeals, people, removed
from castingops.notifications import api as notifications_api
from castingops.notifications import console as notifications_console
from castingops.notifications import errors as notifications_errors
from castingops.notifications import handlers as notifications_handlers
from castingops.notifications import service as notifications
from castingops.notifications import tasks as notifications_tasks
from castingops.operations import console as operations_console
from castingops.operations import permissions as operations_permissions
from castingops.operations import tasks as operations_tasks
from castingops.organizations import api as organizations_api
from castingops.organizations import console as organizations_console
from castingops.organizations import errors as organizations_errors
from castingops.organizations import handlers as organizations_handlers
from castingops.organizations import permissions as organizations_permissions
from castingops.organizations import service as organizations
from castingops.organizations import tasks as organizations_tasks
from castingops.web import docs, gallery, health
from castingops.web import tasks as web_tasks
from castingops.web.nav import NavItem, NavSection

PAGES: dict[str, list[Any]] = {
    "": [health.blueprint, media_console.blueprint, audit_console.blueprint, gallery.blueprint,
         appeal_page.blueprint, account_pages.blueprint, *casting_console.PUBLIC,
         notifications_console.blueprint],
    "/console": [operations_console.blueprint, identity_console.blueprint, people_console.blueprint,
                 guardians_console.blueprint, organizations_console.blueprint, directory_console.blueprint,
                 *casting_console.BLUEPRINTS,
                 moderation_console.blueprint],
    "/api/v1": [docs.blueprint, *identity_api.BROWSERS],
}
API: dict[str, list[Any]] = {
    "/api/v1": [health.api_blueprint, *identity_api.BLUEPRINTS, notifications_api.blueprint, consent_api.blueprint,
                *organizations_api.BLUEPRINTS, directory_api.blueprint,
                media_api.blueprint, *casting_api.BLUEPRINTS, *moderation_api.BLUEPRINTS],
}
NAV: tuple[NavSection, ...] = (
    NavSection(None, (NavItem(N_("Today"), "operations_console.home", "home-2", operations_permissions.HOME),)),
    NavSection(N_("Work"), (
        NavItem(N_("Moderation"), "moderation_console.show_queue", "list-details", moderation_permissions.READ,
                count=moderation.open_count, prefix="/console/moderation/"),
        NavItem(N_("Compliance items"), "moderation_console.list_items", "shield-check",
                moderation_permissions.READ_ITEMS, prefix="/console/moderation/items/"),
        NavItem(N_("Second looks"), "moderation_console.show_reviews", "eye", moderation_permissions.REVIEW,
                prefix="/console/moderation/quality/reviews"),
        NavItem(N_("Second approval"), "moderation_console.list_approvals", "checks",
                moderation_permissions.READ_PROPOSALS, prefix="/console/moderation/approvals"),
        NavItem(N_("Casting calls"), "calls_console.list_calls", "file-text", casting_permissions.READ_BOARD,
                prefix="/console/casting-calls/"),
        NavItem(N_("Talents"), "talents_console.list_talents", "users", casting_permissions.READ_TALENTS,
                prefix="/console/talents/"),
        NavItem(N_("Guardianships"), "guardians_console.list_guardianships", "users",
                identity_permissions.READ_GUARDIANSHIPS, prefix="/console/guardianships/"),
        NavItem(N_("Figures"), "moderation_console.show_figures", "report-analytics", moderation_permissions.FIGURES,
                prefix="/console/moderation/figures/"),
    )),
    NavSection(N_("People"), (
        NavItem(N_("Proposals"), "people_console.list_proposals", "user-check", identity_permissions.READ_PROPOSALS,
                count=proposals.count_proposals, prefix="/console/people/proposals/"),
        NavItem(N_("Staff accounts"), "people_console.list_staff", "users", identity_permissions.READ_STAFF,
                prefix="/console/people/"),
        NavItem(N_("Review of access"), "people_console.show_review", "clipboard-check",
                identity_permissions.READ_REVIEW, prefix="/console/people/review"),
        NavItem(N_("Organizations"), "organizations_console.list_organizations", "building",
                organizations_permissions.READ_DESK, prefix="/console/organizations/"),
        NavItem(N_("Directory of people"), "directory_console.list_messages", "address-book",
                directory_permissions.READ, prefix="/console/directory/"),
        NavItem(N_("Accounts of the apps"), "people_console.show_search", "id-badge-2",
                identity_permissions.READ_PERSON, prefix="/console/people/accounts/"),
    )),
    NavSection(N_("System"), (
        NavItem(N_("Roles"), "people_console.show_roles", "shield-lock", identity_permissions.READ_ROLES,
                prefix="/console/people/roles"),
        NavItem(N_("Audit trail"), "audit_console.list_entries", "history", audit_permissions.READ,
                prefix="/console/audit/"),
        NavItem(N_("Jobs and messages"), "operations_console.list_letters", "clock", operations_permissions.HEALTH,
                prefix="/console/jobs/"),
        NavItem(N_("My sessions"), "identity_console.my_sessions", "device-mobile",
                identity_permissions.READ_STAFF_SESSIONS, prefix="/console/sessions"),
        NavItem(N_("My settings"), "moderation_console.show_settings", "settings", moderation_permissions.SETTINGS),
        NavItem(N_("Components"), "gallery_console.show_components", "layout-grid", gallery.VIEW_COMPONENTS),
    )),
)
SUBSCRIPTIONS: list[tuple[Any, Any]] = [
    *identity_handlers.SUBSCRIPTIONS, *consent_handlers.SUBSCRIPTIONS, *notifications_handlers.SUBSCRIPTIONS,
    *organizations_handlers.SUBSCRIPTIONS, *media_handlers.SUBSCRIPTIONS, *casting_handlers.SUBSCRIPTIONS,
    *moderation_handlers.SUBSCRIPTIONS,
]
JOBS: list[Job] = [*web_tasks.JOBS, *notifications_tasks.JOBS, *identity_tasks.JOBS, *audit_tasks.JOBS,
                   *organizations_tasks.JOBS, *directory_tasks.JOBS, *media_tasks.JOBS, *casting_tasks.JOBS,
                   *moderation_tasks.JOBS, *operations_tasks.JOBS]
SCHEDULE: list[Slot] = [
    *web_tasks.SCHEDULE, *notifications_tasks.SCHEDULE, *identity_tasks.SCHEDULE, *audit_tasks.SCHEDULE,
    *organizations_tasks.SCHEDULE, *directory_tasks.SCHEDULE,
    *media_tasks.SCHEDULE, *casting_tasks.SCHEDULE, *moderation_tasks.SCHEDULE]
COMMANDS: dict[str, str] = {  # where each is: imported when it is called
    "audit": "castingops.audit.cli:audit", "seed": "castingops.demo.cli:seed", "user": "castingops.identity.cli:user",
    "vault": "castingops.organizations.cli:vault", "plan": "castingops.organizations.cli:plan",
}
CONSTRAINTS: dict[str, type[DomainError]] = {
    **audit_errors.CONSTRAINTS, **identity_errors.CONSTRAINTS, **notifications_errors.CONSTRAINTS,
    **organizations_errors.CONSTRAINTS,
    **media_errors.CONSTRAINTS, **casting_errors.CONSTRAINTS, **moderation_errors.CONSTRAINTS,
}


def connect_ports(app: Flask, settings: Settings) -> None:
    """Give lower features what higher ones provide."""
    identity_console.init_sign_in(app)
    app.extensions["memberships"] = organizations.enter
    entitlements.provide(organizations.is_entitled)
    identity.demand_second_factor(organizations.is_manager)
    notifications.set_directory(identity.directory, guardians.readers_of)
    notifications.provide_trail(audit.record)
    notifications.set_phone_book(phones.holders_of_phone)
    notifications.provide_marketing(consent.Marketing())
    audit.provide_names(identity.staff_names)
    casting.provide_remedy(appeals.remedy_of_profile)
    casting.provide_call_remedy(appeals.remedy_of_call)
    talents.provide_section(share_links_desk.section_of_talent)
    talents.provide_section(people.section_of_talent)
    talents.provide_section(applications.section_of_talent)
    organizations.organization_closed.connect(calls.close_all)
    guardians.provide_redraw(media.redrawn)
    guardians.ward_kept.connect(casting.keep_for_ward)
    guardians.ward_dropped.connect(casting.drop_for_ward)
    media.keep_while(appeals.is_kept)
    media.keep_while(removed.keeps)
    identity.registering.connect(organizations.check_registration)
    identity.registering.connect(consent.check_registration)
    identity.user_registered.connect(consent.record_registration)
    identity.user_registered.connect(organizations.start)
    identity.user_registered.connect(casting.start_profile)
