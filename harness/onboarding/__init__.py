"""The first day: what a tree of files holds, and the files that a gate needs beside it."""
