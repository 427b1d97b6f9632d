"""What civil servants should be able to do: the dictionary, its levels, and what each position asks for."""
