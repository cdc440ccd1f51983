"""The descriptors that the program of an execution gets besides 0, 1 and 2."""
INPUT, RESULT, CHANNEL = 3, 4, 5
CALLS = 6  # of one that is kept
