"""English."""

from voiceguide.phrases.phrases import Phrases, Unit

PACK = Phrases(
    language="en",
    tools="You need {tools}.",
    tools_next="Now you need {tools}.",
    get_ready="Take a moment to get ready.",
    starting="Starting in {time}.",
    starting_left="{time}.",
    half_way="Half way.",
    ten_left="Ten seconds left.",
    ten_left_short="Ten.",
    goes_on="It goes on in {time}.",
    count=("Three.", "Two.", "One."),
    last_time="Last time.",
    the_end="the end",
    first_side="The {side} side first.",
    change_sides="Change sides. Now the {side}.",
    change_sides_short="Now the {side}.",
    left="left",
    right="right",
    units=(Unit("second", "seconds"), Unit("minute", "minutes"), Unit("hour", "hours")),
    join=" and ",
)
