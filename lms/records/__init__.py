"""What people are on record as able to do, each line with its evidence; append-only, corrected by counter-entry."""
