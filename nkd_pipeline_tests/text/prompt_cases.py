"""Invented articles in the manner of German retailers; each row says what its prompt must and must not have."""

import pytest

CASES = [
    pytest.param(
        {"name": "Damenbluse", "description": "Passt zu Röcken und schwarzen Hosen.", "color": "weiß"},
        ["women's blouse", "in white"],
        ["skirt", "black", "trousers"],
        id="what it goes with is not it",
    ),
    pytest.param(
        {"name": "Tasche aus Kunstleder", "description": "Handtasche mit Reißverschluss", "color": "schwarz"},
        ["bag", "faux leather", "zip"],
        ["pocket"],
        id="Tasche as the article is a bag",
    ),
    pytest.param(
        {"name": "Jungen-T-Shirt", "description": "Mit praktischer Tasche.", "color": "blau"},
        ["boys' t-shirt", "pocket"],
        ["bag", "young"],
        id="Tasche on a shirt is a pocket",
    ),
    pytest.param(
        {
            "name": "Winterjacke ohne Kapuze",
            "description": "Steppjacke mit Stehkragen. Kapuze nicht enthalten. Futter aus rotem Polyester.",
            "color": "dunkelgrün",
        },
        ["jacket", "stand-up collar", "dark green"],
        ["hood", "red", "polyester"],
        id="denied and hidden things",
    ),
    pytest.param(
        {
            "name": 'Kapuzenpullover "Rock Star"',
            "description": 'Hoodie mit großem Schriftzug "ROCK & ROLL" auf der Brust. In Schwarz.',
            "gender": "herren",
        },
        ["men's hoodie", 'reading "ROCK & ROLL"', "on the chest", "in black"],
        ["skirt", "Rock Star"],
        id="lettering verbatim, style name dropped",
    ),
    pytest.param(
        {"name": "Pullover in Sand", "description": "Grobstrickpullover mit Rollkragen."},
        ["sweater", "in sand", "turtleneck"],
        ["sandal"],
        id="sand as a colour",
    ),
    pytest.param({"name": "Herren Slip, 5er Pack", "color": "weiß"}, ["pack of five", "men's briefs"], ["slip", "dress"], id="a German slip"),
    pytest.param(
        {"name": "Jeans", "description": "Slim-Fit-Jeans. Unser Model trägt dazu ein rotes T-Shirt.", "color": "dunkelblau", "gender": "boys"},
        ["a pair of boys' jeans", "slim fit", "dark blue"],
        ["red", "t-shirt"],
        id="the model's other clothes",
    ),
    pytest.param(
        {"name": "Freizeithemd, kariert", "description": "Hemd mit Brusttasche, kariert in Rot-Schwarz.", "gender": "herren"},
        ["checked", "red and black", "chest pocket"],
        ["black chest pocket"],
        id="colours of the checks",
    ),
    pytest.param(
        {"name": "Wollmantel", "description": "Mantel mit Reverskragen und goldenen Knöpfen.", "color": "camel", "gender": "damen"},
        ["women's", "coat", "wool", "lapel collar", "gold buttons", "in camel"],
        ["gold coat"],
        id="golden buttons",
    ),
    pytest.param(
        {"name": "Shirt", "description": 'Mit Print "Good Vibes" in Neonpink.', "color": "weiß", "gender": "damen"},
        ["jersey shirt", "in white", "neon pink", 'reading "Good Vibes"', "light grey background"],
        [],
        id="white on grey, print in its own colour",
    ),
    pytest.param(
        {"name": "Set: T-Shirt und Shorts", "description": "T-Shirt mit Hai-Print.", "color": "türkis", "gender": "jungen"},
        ["a boys' set of t-shirt and shorts", "shark", "turquoise"],
        ["a pair of boys' set"],
        id="a set of two garments",
    ),
    pytest.param(
        {
            "name": "Poloshirt in Piqué",
            "description": "Kontraststreifen am Kragen und kleines gesticktes Logo auf der linken Brust.",
            "color": "weinrot",
            "gender": "herren",
        },
        ["polo shirt", "pique", "contrast stripes at the collar", "logo embroidery on the left chest", "burgundy"],
        [],
        id="what sits where",
    ),
    pytest.param(
        {"name": "Badeanzug mit Raffung", "description": "Mit Neckholder und Punkten in Weiß.", "color": "marine", "gender": "damen"},
        ["swimsuit", "dotted", "navy and white", "halter neck"],
        ["white halter"],
        id="white dots, not a white neck",
    ),
    pytest.param(
        {"name": "Boxershorts, 2er-Pack", "model_descr": "1x navy uni, 1x rot kariert", "gender": "herren"},
        ["pack of two", "one plain navy", "one checked red"],
        [],
        id="pack told piece by piece",
    ),
    pytest.param(
        {"name": "Dirndl, 2-tlg.", "description": "Midi-Dirndl mit Puffärmeln.", "color": "dunkelgrün", "gender": "damen"},
        ["two-piece", "puff sleeves", "dark green"],
        ["pack of"],
        id="two parts are no pack",
    ),
    pytest.param(
        {"name": "Lederjacke", "description": "Jacke aus Lederimitat mit Nieten.", "color": "schwarz", "gender": "damen"},
        ["faux leather", "studs"],
        [],
        id="imitation leather",
    ),
    pytest.param(
        {"name": "Robe longue à fleurs", "description": "Langes Kleid mit V-Ausschnitt und floralem Muster.", "category": "womens-clothing"},
        ["women's", "dress", "floral", "v-neck"],
        ["robe "],
        id="French name",
    ),
    pytest.param(
        {"name": "Women's ribbed tank top", "description": "Ribbed jersey with scoop neck and lace trim.", "color": "light blue"},
        ["women's", "tank top", "scoop neck", "lace trim", "light blue"],
        ["men's"],
        id="English text",
    ),
    pytest.param(
        {"name": "Save the Whale Kleid", "description": "Das Kleid von Save the Whale hat einen Rundhals.", "color": "grün"},
        ["dress", "green", "crew neck"],
        ["whale"],
        id="a brand's animal is no motif",
    ),
    pytest.param(
        {"name": "Red Fox Hose", "brand": "Red Fox", "color": "oliv", "gender": "men"},
        ["a pair of men's", "in olive"],
        ["red", "fox"],
        id="a brand's colour is no colour",
    ),
    pytest.param(
        {"name": "Hoodie", "description": "Erhältlich in Schwarz, Grau und Rot."}, ["in black"], ["grey and", "red"], id="one of several colourways"
    ),
    pytest.param(
        {"name": "Bluse langarm", "description": "Mit 3/4-Ärmeln.", "color": "rosa"},
        ["three-quarter sleeves"],
        ["long sleeves", "long-sleeve"],
        id="the precise sleeves win",
    ),
    pytest.param(
        {"name": "Langarmshirt mit 3/4 Arm", "color": "rosa"}, ["three-quarter sleeves"], ["long-sleeve"], id="also against the garment's name"
    ),
    pytest.param(
        {"name": "Baby-Jungen-Body, 3er-Pack", "description": "Langarm-Body mit Sternen-Print.", "model_descr": "weiß/blau/grau"},
        ["pack of three baby boys' bodysuits", "star", "white, blue and grey"],
        ["human"],
        id="babies",
    ),
    pytest.param(
        {"name": "Unisex Mütze", "description": "Strickmütze mit Bommel.", "color": "senf"},
        ["unisex beanie", "pompom", "mustard"],
        ["men's"],
        id="unisex is not men's",
    ),
    pytest.param(
        {"name": "Strickjacke", "description": "Cardigan mit V-Ausschnitt. Ohne Taschen.", "color": "creme", "gender": "damen"},
        ["cardigan", "v-neck", "cream"],
        ["pocket"],
        id="no pockets",
    ),
    pytest.param(
        {"name": "Sneaker", "description": "Sneaker mit weißer Sohle und Klettverschluss.", "color": "navy", "category": "Schuhe > Kinder"},
        ["a pair of kids' sneakers", "white sole", "velcro", "in navy"],
        ["in white"],
        id="the sole's colour",
    ),
    pytest.param(
        {
            "name": "T-Shirt",
            "description": "Atmungsaktiv, OEKO-TEX zertifiziert, bügelleicht, angenehmes Tragegefühl. Hohe Qualität.",
            "color": "blau",
        },
        ["t-shirt in blue"],
        ["oeko", "breath", "comfort", "quality", "iron", "certif"],
        id="claims nobody can see",
    ),
    pytest.param(
        {"name": 'Kleid "Ice Blue"', "description": "Etuikleid. Nicht transparent.", "color": "eisblau"},
        ["ice blue", "dress"],
        ["transparent", "sheer"],
        id="denied property",
    ),
    pytest.param(
        {"name": "Bluse", "description": "Bluse mit Streifen.", "color": "blau-weiß gestreift"},
        ["striped", "blue and white"],
        ["navy"],
        id="colours inside a pattern's name",
    ),
    pytest.param(
        {"name": "Shirt", "model_descr": 'LS, sj, r-neck, dk green, chest print "Mountain Life"', "gender": "men"},
        ["jersey shirt", "crew neck", "dark green", 'reading "Mountain Life"'],
        [],
        id="buyers' shorthand alone",
    ),
]
