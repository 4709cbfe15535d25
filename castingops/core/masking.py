"""What is shown of a person to whom it is not told who they are."""


def initials(name: str) -> str:
    """A name that tells no stranger whose it is: the first letter of each of its words."""
    return " ".join(f"{word[0]}." for word in name.split())


def masked_email(email: str) -> str:
    """An e-mail of which only its first letter and its domain's ending are shown."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••@•••.{domain.rpartition('.')[2]}"
