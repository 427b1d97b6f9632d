"""The learner's own pages: Beranda, catalogue, course, completion, Catatan."""
