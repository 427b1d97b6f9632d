"""Who works here: accounts, units, positions, supervisors, roles, and what each may do."""
