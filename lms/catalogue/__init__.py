"""Courses and their versions: imported from course folders, reviewed, approved and published."""
