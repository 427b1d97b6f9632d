"""What measures us: times as ratios against a raw limit in the same run. Fails only at twice the goal."""
