"""Reading a roster as offices keep it: which points, how many people, whom to call.

    bytes --sheet--> raw sheets --heading--> columns --reading--> points  --change--> difference
          (workbook, delimited)                      --members--> counts  --change--> difference

Callers use ``source.read_roster`` (or ``reading.read_points``, ``members.read_members``),
then ``change.compare`` or ``recount.compare_members``; ``report`` prints the outcome. No
function here writes anything, and none knows where the bytes came from. What an office may
write, and what each problem means, is told in ``docs/roster.md``.
"""
