"""The use cases of the trail: record an act, grow and sign the tree, verify, export."""
from castingops.audit.queries.organizations import OrgEntryRow, OrgFilters, list_of_organization
from castingops.audit.service.export import export_trail
from castingops.audit.service.recording import names_of, provide_names, record
from castingops.audit.service.sequencing import anchor, anchored, latest_head, place_entries, sign_head
from castingops.audit.service.verification import save_verification, verify

__all__ = [
    "OrgEntryRow", "OrgFilters", "anchor", "anchored", "export_trail", "latest_head", "list_of_organization",
    "names_of", "place_entries", "provide_names", "record", "save_verification", "sign_head", "verify",
]
