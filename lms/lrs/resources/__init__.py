"""What stands at the addresses of the record store, one file a resource."""
