"""The script that an administrator runs once: the database roles that migrations assume (ARCHITECTURE §3)."""

_ROLES = """\
-- castingops: database roles. Run once by an administrator (a superuser), connected to any database.
do $$ begin
  if not exists (select from pg_roles where rolname = 'castingops_owner') then
    create role castingops_owner login; end if;
  if not exists (select from pg_roles where rolname = 'castingops_app') then create role castingops_app login; end if;
  if not exists (select from pg_roles where rolname = 'castingops_backup') then
    create role castingops_backup login bypassrls; end if;
  if not exists (select from pg_roles where rolname = 'castingops_definer') then
    create role castingops_definer nologin bypassrls; end if;
end $$;
-- the owner hands look-up functions over to the definer role, and can become nobody else by it
grant castingops_definer to castingops_owner with inherit false, set true;
"""

_DATABASE = """\
create database {database} owner castingops_owner template template0
  encoding 'UTF8' locale_provider builtin locale 'C.UTF-8';
"""

_INSIDE = """\
-- connected to the new database:
revoke all on schema public from public;
grant usage on schema public to castingops_app, castingops_backup;
grant usage, create on schema public to castingops_owner, castingops_definer;
alter default privileges for role castingops_owner revoke execute on functions from public;
"""


def roles_script(*, passwords: dict[str, str] | None = None) -> str:
    """SQL that makes the roles, idempotent. `passwords` by role name, already chosen; none for socket logins."""
    lines = [f"alter role {name} password '{_quoted(secret)}';" for name, secret in (passwords or {}).items()]
    return _ROLES + "".join(f"{line}\n" for line in lines)


def database_script(database: str = "castingops") -> str:
    """SQL that makes the database: UTF-8, byte order collation (Arabic is folded and sorted in own columns)."""
    return _DATABASE.format(database=database)


def inside_script() -> str:
    """SQL to run once inside the database: who may use and who may create."""
    return _INSIDE


def whole_script() -> str:
    """All three parts with psql's \\connect between them: what `ops db roles` prints."""
    return f"{_ROLES}\n{_DATABASE.format(database='castingops')}\n\\connect castingops\n{_INSIDE}"


def _quoted(secret: str) -> str:
    return secret.replace("'", "''")
