"""What the API of organizations takes and documents. Bounds of meaning live in rules; here only shapes and sizes."""
