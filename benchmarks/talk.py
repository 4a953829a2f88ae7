"""What people say in a room that is no command: sentences and fragments, made up of lists."""

from __future__ import annotations

import random

WHO = ("I", "we", "my sister", "the neighbour", "your brother", "that man", "the teacher", "our dog", "somebody")
DID = (
    *("went to", "was waiting at", "never liked", "has to go back to", "walked slowly past", "stopped in front of"),
    *(
        "told me about",
        "is going to paint",
        "wants to start again with",
        "heard a louder noise from",
        "paid too much for",
    ),
    *("forgot", "is ready for", "will continue with", "could not find", "went faster than", "let go of"),
)
WHAT = (
    *("the kitchen", "the next station", "the garden", "a longer holiday", "the supermarket", "the old school"),
    *(
        "the blue car",
        "that book",
        "the river",
        "a small village",
        "the doctor",
        "the last page",
        "the music",
        "the stairs",
    ),
)
WHEN = (
    *(
        "yesterday",
        "this morning",
        "before dinner",
        "after work",
        "on Tuesday",
        "at about six",
        "when it rained",
        "again",
    ),
    *("in the end", "for an hour", "last summer", "while you were asleep", "and nobody said a word", "so we stayed"),
)
FRAGMENTS = (
    *(
        "Yes.",
        "No.",
        "Maybe later.",
        "I don't know.",
        "What time is it?",
        "Thank you.",
        "Good morning.",
        "Where are you?",
    ),
    *(
        "See you tomorrow.",
        "That's nice.",
        "Dinner is ready.",
        "Are you ready?",
        "How are you?",
        "Come here.",
        "Hello.",
    ),
    *(
        "Is anybody home?",
        "The phone is ringing.",
        "Close the door.",
        "Not now.",
        "Of course.",
        "Look at that.",
        "Really?",
    ),
    *(
        "I'm tired.",
        "Never mind.",
        "What did you say?",
        "All right then.",
        "Good night.",
        "Who was that?",
        "One moment.",
    ),
    *(
        "Turn off the light.",
        "Did you feed the cat?",
        "It's cold in here.",
        "That's enough for today.",
        "Just a second.",
    ),
    *(
        "Don't stop.",
        "Wait for me.",
        "Let's go.",
        "Start the car.",
        "The next one is better.",
        "Slow down a little, will you?",
    ),
    *(
        "How long have you been here?",
        "Go back to sleep.",
        "Too much sugar.",
        "Hold on to the rail.",
        "He paused and smiled.",
    ),
    *("Faster than light.", "Speak a little louder.", "Time is money.", "Enough is enough.", "Skip the first chapter."),
    *(
        "Ease of use.",
        "I repeat myself.",
        "The previous owner.",
        "Carry on luggage.",
        "Quit your job.",
        "Much longer than that.",
    ),
)


def sentences(count: int, seed: int = 1) -> list[str]:
    """So many, a fifth of them fragments."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        if number % 5 == 0:
            made.append(FRAGMENTS[number // 5 % len(FRAGMENTS)])
        else:
            sentence = f"{draw.choice(WHO)} {draw.choice(DID)} {draw.choice(WHAT)} {draw.choice(WHEN)}."
            made.append(sentence[0].upper() + sentence[1:])
    return made


# fmt: off
NEAR = (
    "Step.", "Stopped.", "Top.", "Shop.", "Stuck.", "Spot.", "Drop.", "Hop.", "Stock.", "Stoop.",
    "Stop it at once.", "Top up.", "Paws off.", "Cause.", "Because.", "Horse.", "Pass.", "Post.", "Palms.",
    "Pours.", "Weight.", "Late.", "White.", "Way.", "Hold it.", "Hold.", "Hold this.", "Old one.", "Go home.",
    "Go.", "On.", "Come on.", "Long.", "No one.", "Gone.", "Cold.", "Text.", "Nest.", "Neck.", "Necks.", "Ex.",
    "Kick.", "Skid.", "Sip.", "Ship.", "Bag.", "Pack.", "Black.", "Bat.", "Buck.", "Relax.", "Complete.", "Beat.",
    "Defeat.", "Retreat.", "Pen.", "Men.", "A hen.", "Against.", "A game.", "Slow motion.", "Lower.", "Lowest.",
    "Flour.", "Past her.", "Master.", "Fast.", "Plaster.", "Loud.", "Crowd.", "Power.", "Soft.", "Often.", "Long.",
    "Stronger.", "Lung.", "Finger.", "Easy.", "East.", "Of.", "Is it.", "Let it.", "Let's see.", "Two much.",
    "Touch.", "How.", "How are you.", "How strong.", "Now.", "Time.", "Left.", "Time to go.", "Enter.", "Rough.",
    "Puff.", "Stuff.", "Quick.", "Quiet.", "Kit.", "Quilt.", "End.", "And.", "Session.", "Ten.", "Then.", "More.",
    "Seconds.", "Read.", "Red.", "Steady.", "Already.", "Heart.", "Star.", "Art.", "Big inn.", "Being.", "Resin.",
    "Result.", "Curry on.", "Carrion.", "Contain.", "Contents.", "Continents.", "Speed.", "Up.", "Down.",
    "Volume.", "Say.", "Say it.", "That.", "Previous life.", "Breathe in.", "Breathe out.", "And rest.",
    "Ten seconds.", "Five.", "Four.", "Three.", "Two.", "One.", "Change sides.", "The other side.", "Halfway.",
    "Last time.", "Nearly there.", "Well done.", "Press gently.", "Roll slowly.", "Lie down.",
)
"""Words that sound like commands, parts of them, and words of the guide's."""
# fmt: on
