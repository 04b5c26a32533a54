"""What ``tkk check`` looks for: the fourteen traps of Finnish registers, linkage, and rows that cannot be used."""
