"""What people were told and what they agreed to: purposes, notices in every version, and proof of each consent."""
