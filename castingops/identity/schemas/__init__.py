"""What the API of identity takes and documents, by use case."""
