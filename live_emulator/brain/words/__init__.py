"""Words as people say and write them: spelling, numbers, times, normal forms."""
