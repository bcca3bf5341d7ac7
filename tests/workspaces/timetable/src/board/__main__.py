"""Print the board."""

import os

from board.lines import Timetable

timetable = Timetable(os.environ["TIMETABLE_URL"])
print(timetable.first(), timetable.notice(), sep="\n")
