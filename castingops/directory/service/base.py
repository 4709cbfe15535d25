"""What the use cases of the directory share."""
from uuid import UUID

NOBODY = UUID(int=0)  # whom the house enters to reach rows that are no person's
