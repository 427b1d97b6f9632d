"""Packages of learning: unpacked safely, read into parts, and told in words what is wrong with them."""
