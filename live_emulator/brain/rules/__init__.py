"""The built-in brain: rules that answer what readers really ask."""
