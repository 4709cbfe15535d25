"""Organizations: tenants, their members, invitations and transfers, and who acts for them."""
