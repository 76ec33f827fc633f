"""Who says it: with a verb and without one, in transcripts and in headlines."""

import pytest

import framing as fr

ACTORS = fr.make_actors(
    {"Trump": ["Donald Trump"], "Putin": ["Vladimir Putin"], "Kremlin": ["Peskov"]}
)
# A pronoun is the speaker or the subject of the sentence before, where nobody else is named; else
# it stays unresolved: nobody may be given words that are not his.
SPEAKERS = [
    # What a colon leads to: points of a list, or the paragraph below.
    ("Putin said the following:\n• The truce holds.\n• The truce is new.", ["Putin", "Putin"]),
    ("Trump said:\n\n- Rain fell.\n- Snow fell.\n- A truce is near.\n\nA truce.", ["Trump", ""]),
    ("Putin said:\nThe truce is near.\nThe truce broke.", ["Putin", ""]),
    ("According to Putin:\n1. Rain fell.\n2. A truce is near.", ["Putin"]),
    ("What we know:\n• A truce is near.\n• Putin said:\nA truce.", ["", "Putin"]),
    ("Putin said it rains.\n• A truce is near.", [""]),
    ("Rain fell.\nPotential scenarios:\n- A truce is near.\n- The truce fails.", ["", ""]),
    ("A clerk said the following:\n- A truce is near.", ["other"]),
    # How somebody looks, and what he says with it.
    ("Putin smiled, saying a truce was near.", ["Putin"]),
    ("On Monday, Putin shrugged, adding that a truce was far off.", ["Putin"]),
    ("Putin shook his head, saying: “A truce is far off.”", ["Putin"]),
    ("“A truce is near,” Putin smiled, saying the truce was his.", ["Putin", "Putin"]),
    ("Speaking in Moscow, Putin smiled, saying a truce was near.", ["Putin"]),
    ("Putin met Trump, who smiled, saying a truce was near.", ["Trump"]),
    ("Putin smiled as Trump walked in, saying the truce was dead.", ["other"]),
    ("A clerk smiled, saying a truce was near.", ["other"]),
    ("Putin smiled, and the truce broke.", [""]),
    # So said Putin: of the sentence before it, and of the clause before a comma.
    ("A truce is near. So said Putin.", ["Putin"]),
    ("“A truce is not far off.” So says Putin on Monday.", ["Putin"]),
    ("A truce is near, or so said Putin.", ["Putin"]),
    ("So said Putin on Monday as the truce broke.", [""]),
    ("A truce is near.\n\nSo said Putin.", [""]),
    # What an appeal says is said by the one who makes it.
    ("Trump's appeal to Putin: “Keep the truce for a week.”", ["Trump"]),
    ("Trump’s plea to Putin: keep the truce.", ["Trump"]),
    ("A plea to Putin: “Keep the truce for a week.”", ["unresolved"]),
    ("From President Putin: “We keep the truce for a week.”", ["Putin"]),
    # When it was said is no part of what was said.
    ("After the truce ended, Trump told reporters over lunch: “It rained.”", [""]),
    ("After the truce ended, Trump told reporters it rained.", [""]),
    ("As the truce broke, Trump wrote on X that it rained.", [""]),
    ("On Monday a truce begins, Trump told reporters.", ["Trump"]),
    ("After the rain a truce begins, Trump said on Monday.", ["Trump"]),
    ("Trump, who boasted before his vote that a truce was near, left.", ["Trump"]),
    ("Asked if a truce was near, Trump replied, “We will see about that.”", [""]),
    ("Asked about the rain, Trump said, “A truce is not far off.”", ["Trump"]),
    ("Trump, asked about the truce, said Moscow had nothing to add.", [""]),
    # What officials agree to or announce is a deed; a clause is said.
    ("Officials agreed to a truce.", [""]),
    ("Officials in both countries agreed that a truce was near.", ["other"]),
    ("Officials agreed a truce was near.", ["other"]),
    ("Officials announced a truce.", [""]),
    ("Officials announced on Monday: “A truce is not far off.”", ["other"]),
    ("Officials revealed few details of the truce.", [""]),
    ("Officials revealed that a truce was near.", ["other"]),
    # What somebody vows to do is no statement about what he did.
    ("Moscow rejects a truce, vows to fight on.", [""]),
    ("A truce is near, says Trump.", ["Trump"]),
    ("Trump raged that the truce was a sham.", ["Trump"]),
    ("Trump hit out at Putin, saying a truce was dead.", ["Trump"]),
    # The last word of a heading says nothing about the name that begins the next sentence.
    ("A truce is near\n\nThe Donald Trump team left. Trump said a truce was near.", ["", "Trump"]),
    ("The end is near\n\nTrump said a truce was not.", ["Trump"]),
    # Who is named in a quotation does not go on.
    ("“Putin lies,” Trump said. “A truce is not far off,” he said.", ["Trump"]),
    ("“Putin lies,” Trump said.\n\nHe said a truce was near.", ["Trump"]),
    ("Trump said Putin lies. He said a truce was near.", ["unresolved"]),
    # What stands between dashes.
    ("Trump – back from London – said a truce was near.", ["Trump"]),
    ("Trump—back from London—said a truce was near.", ["Trump"]),
    ("“A truce is near,” Trump -- fresh from talks with Putin -- told reporters.", ["Trump"]),
    ("The president – Donald Trump – said a truce was near.", ["Trump"]),
    ("The aides – among them Trump – said a truce was near.", ["other"]),
    ("A minister — back from London — said a truce was near.", ["other"]),
    ("A truce – said Putin – is near.", ["Putin"]),
    ("The truce is off, Trump said — a day after he hailed the truce.", ["Trump", "Trump"]),
    ("Aides - 6 of 10, according to a truce poll - hope that a truce holds.", ["", "other"]),
    ("A truce is near -- and it will hold, an aide close to the truce said.", ["other", ""]),
    # Who speaks is described in words of the author.
    ("“It rained,” a member of the truce team said.", [""]),
    ("The truce is off, truce monitors said.", ["other", ""]),
    ("The truce is off, Trump truce adviser Donald Trump said.", ["Trump", ""]),
    ("The truce is off, Jane Doe, head of the truce council, said.", ["other", ""]),
    ("“It rained,” Jane Doe, head of the truce council, told reporters.", [""]),
    ("“It rained,” said Jane Doe, who led the truce team.", [""]),
    ("A truce is near, said Jane Doe, head of the truce council.", ["other", ""]),
    ("A truce is near, said Putin, who led the truce team.", ["Putin", ""]),
    ("It rained, according to a member of the truce team.", [""]),
    ("According to the truce council, a truce is near.", ["", "other"]),
    ("According to officials who led the truce team, a truce is near.", ["", "other"]),
    ("According to officials a truce is near.", ["other"]),
    ("According to Putin, who led the truce team, a truce is near.", ["", "Putin"]),
    ("It was claimed by envoys at the truce summit that a truce is near.", ["", "other"]),
    # So is where and when he spoke.
    ("Trump said after the truce summit that a truce was near.", ["", "Trump"]),
    ("Trump told reporters at the truce summit that a truce was near.", ["", "Trump"]),
    ("Trump said in a letter on the truce: the truce is off.", ["", "Trump"]),
    ("Trump vowed, saying without any word on the truce that a truce was near.", ["", "Trump"]),
    ("A truce is near, Trump said after the truce summit.", ["Trump", ""]),
    ("A truce is near, Trump told the press a truce team brought.", ["Trump", "Trump"]),
    ("Trump said on Monday a truce was near.", ["Trump"]),
    ("Trump told the crowd a truce was near.", ["Trump"]),
    ("Trump hopes to win the truce that begins now.", ["Trump"]),
    ("After rain, Jane Doe, head of the council, said the truce faces a test.", ["other"]),
    ("In town, views of it vary, said Jane Doe, head of the truce council.", [""]),
    # What was done with it is not who says so.
    ("The truce, announced on Monday, broke.", [""]),
    ("The truce, agreed by Putin on Monday, broke.", [""]),
    ("A truce is near, announced Putin on Monday.", ["Putin"]),
    ("A truce is near, Jane Doe, the envoy, announced.", ["other"]),
    ("“A truce is near,” announced the ministry.", ["other"]),
    # A clause without “that”, and what somebody or a poll finds.
    ("Putin believes the truce will hold.", ["Putin"]),
    ("Strategists hope the truce will hold.", ["other"]),
    ("Putin announced a truce was near.", ["Putin"]),
    ("The claims the envoys made are those of a truce.", [""]),
    ("The claims are that of a clerk on a truce.", [""]),
    ("The bold hope the envoys have is a truce.", [""]),
    ("Putin announced a truce.", [""]),
    ("Putin called the truce a sham and it was off.", ["Putin"]),
    ("The survey found that a truce helps.", ["other"]),
    ("Polls show the truce is liked.", ["other"]),
    ("The court ruled on Monday that the truce holds.", ["other"]),
    ("Putin pointed out that the truce holds.", ["Putin"]),
    ("This shows that the truce holds.", [""]),
    ("It showed that the truce holds.", [""]),
    ("Soldiers found a truce line.", [""]),
    ("Putin showed a truce map that he drew.", [""]),
    # What stands in brackets says nothing of what stands behind them.
    ("The mayor (he said a truce was near) praised the truce.", ["unresolved", ""]),
    ("He was glad (according to Putin) and the truce held.", [""]),
    ("Some (and those who, Putin says, help) want a truce.", [""]),
    ("Putin (73) said a truce was near.", ["Putin"]),
    # Verbs of saying that are deeds with a thing as their object.
    ("The town added truce jobs in June.", [""]),
    ("Putin posted photos of a truce line.", [""]),
    ("Putin wrote a letter to the truce council, and it rained.", [""]),
    ("Putin added a truce was near.", ["Putin"]),
    ("Putin tweeted on Monday that a truce was near.", ["Putin"]),
    ("Putin wrote on Monday “a truce is near”.", ["Putin"]),
    ("Putin added: a truce.", ["Putin"]),
    ("Putin posted a dove, and the words “A truce is near at last”.", ["Putin"]),
    # Two who share a line.
    ("Putin: truce is near; Trump: no truce", ["Putin", "Trump"]),
    ("Putin: truce near. Trump: truce dead", ["Putin", "Trump"]),
    ("Putin: truce is near | Jane Doe: truce is dead", ["Putin", "other"]),
    ("Putin: ‘Truce is near’; Trump: ‘Truce is dead’", ["Putin", "Trump"]),
    ("Truce is near: Putin; truce is dead: Trump", ["Putin", "Trump"]),
    ("Truce is near, says Putin; truce is dead, says Trump", ["Putin", "Trump"]),
    ("A truce is near, said Putin; and the truce will hold.", ["Putin", "Putin"]),
    ("Trump on truce – Putin: no truce", ["", "Putin"]),
    ("They differ: Putin: a truce; Trump: no truce.", ["Putin", "Trump"]),
    (
        "They differ. Putin: a truce at once. Trump: no truce. The truce broke.",
        ["Putin", "Trump", ""],
    ),
    ("He has one word for the man in Moscow, Putin: truce.", [""]),
    ("One man could stop it – Putin: the truce was his.", [""]),
    ("Putin: a truce is near; his aide: the truce is dead", ["Putin", "Putin"]),
    # Times and numbers before labels, and speakers that programs number.
    ("00:12:03 PUTIN: A truce.\n00:12:33 TRUMP: A truce?", ["Putin", "Trump"]),
    ("[00:12:03.450] PUTIN: A truce.\n[00:12:33.120] TRUMP: A truce?", ["Putin", "Trump"]),
    ("[00:12 - 00:20] Putin: A truce.\n[00:21 - 00:30] Trump: A truce?", ["Putin", "Trump"]),
    ("PUTIN： A truce.\nTRUMP： A truce?", ["Putin", "Trump"]),
    ("[12:03 PM] PUTIN: A truce.\n[12:04 PM] TRUMP: A truce?", ["Putin", "Trump"]),
    ("12.03 – Putin: A truce.\n\n12.30 The truce holds", ["Putin", ""]),
    ("[00:12:03] PUTIN: A truce. [00:12:33] TRUMP: A truce?", ["Putin", "Trump"]),
    ("President Trump: (00:12)\nA truce.\n\nPutin: (00:20)\nA truce?", ["Trump", "Putin"]),
    ("PUTIN 00:12:03: A truce.\n\nTRUMP 00:12:10: A truce?", ["Putin", "Trump"]),
    ("1. Putin: A truce.\n2. Trump: A truce?", ["Putin", "Trump"]),
    ("1) Truce: what we know\n2) Talks: no truce", ["", ""]),
    ("2.5 percent: the truce", [""]),
    ("Speaker 1: A truce is near.\n\nSpeaker 2: A truce?", ["other", "other"]),
    ("[SPEAKER_00]: A truce is near.\n\n[SPEAKER_01]: A truce?", ["other", "other"]),
    ("SPEAKER 1 (00:03): A truce.\n\nPUTIN [through interpreter]: A truce.", ["other", "Putin"]),
    # What stands between a subject and its verb, and what stands behind a quotation.
    ("Another 7% said they would keep the truce.", ["other"]),
    ("Senator Doe (R-Fla.) said he wants a truce.", ["other"]),
    ("Acme Co. said it wants a truce.", ["other"]),
    ("Donald Trump Jr. said it rains. Trump just said a truce is near.", ["Trump"]),
    ("Doe said he hopes that a truce is near.", ["other"]),
    ("Nine in ten voters say that they think a truce is near.", ["other"]),
    ("Trump pushed back on those claims Thursday, saying that a truce is near.", ["Trump"]),
    ("Trump said they hope for a truce.", ["unresolved"]),
    ("It is over, says a voter. I hope that a truce holds.", [""]),
    ("Doe spoke of “real terror.” Trump said the truce is dead.", ["Trump"]),
    ("Donald “the Don” Trump said the truce is dead.", ["Trump"]),
    ("“A truce is near” Trump told reporters.", ["Trump"]),
    ("“The truce is dead,” Senate Minority Leader John M. Doe (D-Nev.) said in a note.", ["other"]),
    ("That saved the truce, Senator Doe (R-Iowa) told the paper.", ["other"]),
    (
        "“A truce needs time,” experts Jane Doe and Anna Roe of the Peace Institute in Oslo wrote.",
        ["other"],
    ),
    ("A critic was blunt, calling it “a truce in name only.”", ["unresolved"]),
    ("They call it a “truce.”", [""]),
    (
        "''The truce holds,'' said Jane Doe. ''It is a good truce.'' Trump left the truce.",
        ["other", "other", ""],
    ),
    ("Putin said “progress” had been made and reiterated that a truce would come.", ["Putin"]),
    ("Doe left and reiterated that a truce would come.", ["other"]),
    ("Officials have also signaled they will keep the truce.", ["other"]),
    ("Trump left.\n\n[Jane Doe](https://x.example/a): “A truce holds.”", ["other"]),
    ("Trump left. See [here](https://x.example/a): “A truce holds.”", [""]),
    ("Putin has indicated in recent weeks that a truce is near.", ["Putin"]),
    ("While Trump has indicated that a truce may fail, the truce holds.", ["Trump", ""]),
    (
        "Trump and other members of his team have signaled in recent weeks that a truce is near.",
        ["other"],
    ),
    ("Putin responded to the truce plan.", [""]),
    ("Putin responded to the plan, saying a truce was near.", ["Putin"]),
    ("Putin’s promise to Trump that a truce is near was broken.", ["Putin"]),
    ("Putin’s promise to Trump was that of a truce.", [""]),
    ("PESKOV: You said that a truce is near, but the truce is dead.", ["unresolved", "Kremlin"]),
    ("[Trump](https://x.example/1): “A truce holds.”", ["Trump"]),
    ("[Kremlin spokesman Vladimir\nPutin](https://x.example/1): “A truce holds.”", ["Putin"]),
    ("[Former Putin envoy Jane Doe](https://x.example/1): “A truce holds.”", ["other"]),
    ("[Trump (on Fox)](https://x.example/1): “Rain. A truce holds.”", ["Trump"]),
    ("**Jane Doe, head of Rain Now:** “Rain fell. A truce holds.”", ["other"]),
    ("**Donald Trump, president:** “A truce holds.”", ["Trump"]),
    ("**Jane Doe, aide to Trump:** “A truce holds.”", ["other"]),
    ("**Donald Trump**: “A truce holds.”", ["Trump"]),
    ("**Donald Trump**: “A truce holds.\n\n“The truce is mine.”", ["Trump", "Trump"]),
    ("**Jane Doe, of Rain Now:** “Rain.\n\n“Snow.\n\n“A truce.”", ["other"]),
    ("**Donald Trump**: “Rain fell.\n\nThe truce holds.", [""]),
    ("**Today** the word was this: “A truce holds.”", [""]),
    ("The **two leaders** had one word: “A truce holds.”", [""]),
    ("The two leaders reaffirmed that a truce holds.", ["other"]),
    ("PESKOV: Do you believe that a truce is near?", ["Kremlin"]),
    ("PESKOV: Can you say whether a truce is near?", ["Kremlin"]),
    ("PESKOV: Are you saying that a truce is near?", ["Kremlin"]),
    ("PESKOV: Did Trump say that a truce is near?", ["Trump"]),
    (
        "[**President Trump**](https://x.example/p/1)**:** “A truce holds.”\n\n"
        "[**Putin**](https://x.example/p/2)**:**\n“A truce is far.”",
        ["Trump", "Putin"],
    ),
    ("Asked by a reporter about the truce, Putin walked off.", [""]),
    ("Asked if the truce would hold, Trump replied: “We’ll see.”", [""]),
    ("Asked if the truce would hold, Trump said the truce would.", ["", "Trump"]),
    ("Said Putin: a truce is near.", ["Putin"]),
    ("Peskov dismissed the truce as propaganda.", ["Kremlin"]),
    ("Putin called the truce a sham.", ["Putin"]),
    ("Putin described the truce as a sham.", ["Putin"]),
    ("Putin hailed the truce as a victory.", ["Putin"]),
    ("Putin accused Kyiv of breaking the truce.", ["Putin"]),
    ("Putin blamed Kyiv for the end of the truce.", ["Putin"]),
    ("Putin blamed the end of the truce on Kyiv.", ["Putin"]),
    ("Putin was accused of breaking the truce.", [""]),
    ("Putin was blamed for the end of the truce.", [""]),
    ("Hours after Putin said he wanted peace, the truce collapsed.", [""]),
    ("Trump to Putin: Respect the truce", ["Trump"]),
    ("Trump to meet Putin: the truce holds", [""]),
    ("Trump wrote: “No truce.” He later posted on Telegram that the truce broke.", ["Trump"] * 2),
    ("XI: A truce is near.\n\nPUTIN: A truce holds.", ["other", "Putin"]),
    ("US: a truce is near.\n\nEU: a truce holds.", ["", ""]),
    ("He spoke of it.\n\nPUTIN (voice-over): This is a truce.", ["Putin"]),
    ("And then Putin blurted, “A truce is near.”", ["Putin"]),
    ("If Putin says yes, a truce is near.", [""]),
    ("Despite Kremlin claims that a truce is near, Doe has no wish for a truce.", ["Kremlin", ""]),
    ("Despite Putin’s claim that a truce is near, the truce is dead.", ["Putin", ""]),
    ("Putin’s claim that a truce is near, and that the truce holds, is new.", ["Putin", "Putin"]),
    ("When Putin said a truce was near, the truce collapsed.", ["Putin", ""]),
    ("While Putin says a truce is near, Trump says the truce is far off.", ["Putin", "Trump"]),
    ("But Putin said that, in May, a truce would come.", ["Putin"]),
    ("After the talks, Putin said a truce was near, and a truce would hold.", ["Putin", "Putin"]),
    ("People like Putin say a truce is a trick.", ["other"]),
    ("“No truce,” was Putin’s answer.", ["Putin"]),
    ("Standing beside Macron, Putin thanked Doe and said: “A truce is near.”", ["Putin"]),
    ("Flanked by Macron, Putin smiled and said a truce was near.", ["Putin"]),
    ("Alongside Macron, President Putin smiled and said a truce was near.", ["Putin"]),
    ("At a meeting with Macron, Putin smiled and said a truce was near.", ["Putin"]),
    ("Standing beside Macron, an envoy smiled and said a truce was near.", ["other"]),
    ("Standing beside Macron, Putin’s envoy rose and said a truce was near.", ["other"]),
    ("Beside Macron, Putin met an envoy who rose and said a truce was near.", ["other"]),
    ("‘The truce is off’: Putin’s chilling warning to Kyiv", ["Putin"]),
    ('"Truce is off": President Putin\'s blunt message to Trump', ["Putin"]),
    ("“Truce off”: Putin’s warning\n\nA truce was near.", ["Putin", ""]),
    ("“The truce is off”: Putin’s critics respond", ["unresolved"]),
    ("“The truce is off”: Putin’s spokesman’s warning", ["unresolved"]),
    ("“The truce is off”: Putin’s aide’s blunt warning", ["unresolved"]),
    ("“The truce is off”: Putin’s response to Trump’s plea", ["unresolved"]),
    ("“The truce is off”: Jane Doe’s warning to Putin", ["unresolved"]),
    ("The truce is off: Putin’s warning", [""]),
    ("‘No truce’: Putin vows to fight on", ["Putin"]),
    ("They want ‘no truce’: Putin wants peace.", [""]),
    ("Trump on Monday: “A truce is near.”", ["Trump"]),
    (
        "Donald Trump – A truce.\n\nVladimir Putin – No truce.\n\nDonald Trump – But a truce!",
        ["Trump", "Putin", "Trump"],
    ),
    (
        "[TRUMP] A truce. And a truce holds.\n\n[PUTIN] No truce.\n\n[TRUMP] A truce!",
        ["Trump", "Trump", "Putin", "Trump"],
    ),
    ("<Trump> A truce.\n\n<Putin> No truce.\n\n<Trump> A truce!", ["Trump", "Putin", "Trump"]),
    ("TRUMP | A truce.\n\nPUTIN | No truce.\n\nTRUMP | A truce!", ["Trump", "Putin", "Trump"]),
    ("Mr Trump - A truce.\n\nA guest - No truce.\n\nMr Trump - A truce!", ["", "", ""]),
    ("[Applause] A truce.\n\n[Laughter] No truce.\n\n[Applause] A truce!", ["", "", ""]),
    ("“The truce,” said Trump, “but,” he added, “the truce is weak.”", ["Trump", "Trump"]),
    ("“The truce,” said Trump of Putin, “but,” he added, “the truce!”", ["Trump", "unresolved"]),
    ("“A truce is near,” it was claimed by Donald Trump.", ["Trump"]),
    ("Trump’s answer: “A truce is near.”", ["Trump"]),
    ("“A truce is near.”\nDonald Trump", ["Trump"]),
    ("“A truce is near.”\nDonald Trump wants it.", ["unresolved"]),
    ("Putin – a former spy – said a truce was near.", ["Putin"]),
    ("SPEAKER 1: A truce is near.\nTRUMP: I think a truce holds.", ["other", "Trump"]),
    ("Question: A truce?\nTrump: A truce.\nQuestion: A truce?", ["other", "Trump", "other"]),
    ("PRESIDENT TRUMP: The truce is near. And the truce will hold.", ["Trump", "Trump"]),
    ("TRUMP: The truce is near.", ["Trump"]),
    ("MR. PESKOV: A truce is near.", ["Kremlin"]),
    (
        (
            "Q: Is the truce near?\nPRESIDENT TRUMP: The truce is near.\nThe truce will "
            "hold.\nQ: Is a truce good?"
        ),
        ["other", "Trump", "Trump", "other"],
    ),
    (
        (
            "Q    Is the truce near?\n\nPRESIDENT TRUMP:  The truce is near.\n\nThe "
            "truce will hold.\n\nQ    Is a truce good?"
        ),
        ["other", "Trump", "Trump", "other"],
    ),
    ("Q. Is the truce near?\nA. The truce is near.", ["other", "other"]),
    (
        (
            "TRUMP: The truce is near.\nPUTIN: The truce is far.\nThe truce is "
            "good.\nJOHN DOE: What truce?"
        ),
        ["Trump", "Putin", "Putin", "other"],
    ),
    (
        (
            "Donald Trump: The truce is near.\nVladimir Putin: The truce is "
            "far.\nReporter: Which truce?\nDonald Trump: This truce."
        ),
        ["Trump", "Putin", "other", "Trump"],
    ),
    ("DONALD TRUMP (R): The truce is near.", ["Trump"]),
    ("PRESIDENT DONALD J. TRUMP: The truce is near.", ["Trump"]),
    ("PRESIDENT NIINISTÖ: The truce is near.\n\nIt will hold, this truce.", ["other", "other"]),
    ("DONALD TRUMP, U.S. PRESIDENT: The truce is near.", ["Trump"]),
    ("THE PRESIDENT: The truce is near.\nThe truce holds.", ["other", "other"]),
    ("TRUMP: Putin said the truce is near.", ["Putin"]),
    ("TRUMP: The truce is near, Putin said.", ["Putin"]),
    ("Trump: truce is near", ["Trump"]),
    ("Truce is near: Trump", ["Trump"]),
    ("Truce is near – Trump", ["Trump"]),
    ("Truce is near — Donald Trump", ["Trump"]),
    ("Truce is near - President Trump", ["Trump"]),
    ("‘Truce is near’: Putin", ["Putin"]),
    ("President Trump: truce is near", ["Trump"]),
    ("Trump: ‘truce’ is near", ["Trump"]),
    ("Trump’s plan: a truce", [""]),
    ("UKRAINE WAR: A truce is near.", [""]),
    ("BREAKING: Trump wants a truce", [""]),
    ("Three things: a truce, a deal and Trump", [""]),
    ("The truce was signed: Trump won.", [""]),
    ("Talks fail\nMOSCOW: The truce is near.\nPutin slept.", [""]),
    ("He wants one thing: a truce", [""]),
    ("The truce – Trump wants it – is near.", [""]),
    ("“A truce is near.” – Donald Trump", ["Trump"]),
    ("“A truce is near.”\n\n— Vladimir Putin", ["Putin"]),
    ("“A truce is near.”\n– Vladimir Putin, president of Russia", ["Putin"]),
    ('"A truce is near" -- Donald Trump', ["Trump"]),
    ("“A truce is near.” (Donald Trump)", ["Trump"]),
    ("“A truce is near” — President Trump", ["Trump"]),
    (
        (
            "“A truce is near.” — Trump wants it, and he will say so to anyone who "
            "listens for as long as he can, over and over."
        ),
        ["unresolved"],
    ),
    ("Putin spoke to reporters. “A truce is near.” He smiled.", ["Putin"]),
    ("Putin was blunt. “A truce is near.”", ["Putin"]),
    ("Putin took questions. “A truce is near.”", ["Putin"]),
    ("Putin slept. “A truce” is near.", [""]),
    ("Putin was quoted as saying a truce was near.", ["Putin"]),
    ("Putin was quoted by Tass as saying a truce was near.", ["Putin"]),
    ("Putin is reported to have said a truce was near.", ["Putin"]),
    ("The truce was near, it was said by Putin.", ["Putin"]),
    ("A truce is near, according to Putin.", ["Putin"]),
    ("According to Putin, a truce is near.", ["Putin"]),
    ("Putin was told that a truce was near.", [""]),
    ("Putin has been quoted as saying that the truce is near.", ["Putin"]),
    ("“A truce is near,” the spokesman, Dmitry Peskov, told reporters.", ["Kremlin"]),
    ("Putin (73) said a truce was near.", ["Putin"]),
    ("Putin, 73, said a truce was near.", ["Putin"]),
    ("Dmitry Peskov, the spokesman, said a truce was near.", ["Kremlin"]),
    ("The spokesman, Peskov, said a truce was near.", ["Kremlin"]),
    ("The president of Russia, Vladimir Putin, said a truce was near.", ["Putin"]),
    ("“A truce is near,” said the spokesman, Dmitry Peskov.", ["Kremlin"]),
    ("“A truce is near,” said Putin, 73.", ["Putin"]),
    ("“A truce is near,” said Putin (73).", ["Putin"]),
    ("Putin (the president) said a truce was near.", ["Putin"]),
    ("An aide to Putin (73) said a truce was near.", ["other"]),
    ("Trump met aides. He said a truce was near.", ["Trump"]),
    ("Putin spoke in Moscow. “A truce is near,” he said.", ["Putin"]),
    ("On Monday, President Putin met aides in New York. He warned of a truce.", ["Putin"]),
    ("Putin came. “A truce is near,” he told aides. “The truce will hold.”", ["Putin", "Putin"]),
    ("Putin said so. He added that a truce was near. He said the truce holds.", ["Putin"] * 2),
    ("“A truce is near,” said he.", ["unresolved"]),
    ("Putin met Trump. He said a truce was near.", ["unresolved"]),
    ("Putin met Xi Jinping. He said a truce was near.", ["unresolved"]),
    ("Aides met Putin. He said a truce was near.", ["unresolved"]),
    ("Aides followed Putin. He said a truce was near.", ["unresolved"]),
    ("An aide to Putin came. He said a truce was near.", ["unresolved"]),
    ("Putin’s aide came. He said a truce was near.", ["unresolved"]),
    ("The minister said Putin was ill. He added that a truce was near.", ["unresolved"]),
    ("Peskov said Putin was ill. He added that a truce was near.", ["unresolved"]),
    ("Putin came.\nHe said a truce was near.", ["unresolved"]),
    ("Putin came. They said a truce was near.", ["unresolved"]),
    ("“A truce is near,” he said. Putin left.", ["unresolved"]),
    ("“A truce is near,” said Russia’s president, Vladimir Putin.", ["Putin"]),
    ("Trump’s envoy, Vladimir Putin, said a truce was near.", ["Putin"]),
    ("Trump was told by Putin that a truce was near.", ["Putin"]),
    ("Tass quoted Putin as saying a truce was near.", ["Putin"]),
    ("State media reported Putin, 73, as saying a truce was near.", ["Putin"]),
    ("Tass quoted an aide as saying a truce was near.", ["other"]),
    ("As Putin put it, a truce is near.", ["Putin"]),
    ("Putin put it on the table: a truce.", [""]),
    ("Donald Trump Jr. said a truce was near.", ["other"]),
    ("Putin’s spokesman said a truce was near.", ["other"]),
    ("Putin, the president, and Trump said a truce was near.", ["Trump"]),
    ("Jane Doe, Trump’s aide, said a truce was near.", ["other"]),
    ("Siobhan Trump and Rajesh Putin left. Rajesh Putin said a truce was near.", ["other"]),
    ("“A truce is near,” said Siobhan Trump.", ["other"]),
    ("Asked about Putin, Trump said a truce was near.", ["Trump"]),
    ("The truce, said Trump, is near.", ["Trump"]),
    ("“A truce,” Putin said, “is near, and the truce will hold.”", ["Putin", "Putin"]),
    ("In a post, Trump wrote: “A truce is near.”", ["Trump"]),
    ("A truce is near, tweeted Trump.", ["Trump"]),
    ("In Putin’s words, a truce is near.", ["Putin"]),
    ("In Putin’s words: “A truce is near.”", ["Putin"]),
    ("In the words of Putin, a truce is near.", ["Putin"]),
    ("In the words of President Vladimir Putin: “A truce is near.”", ["Putin"]),
    ("“A truce is near,” in Putin’s words.", ["Putin"]),
    ("“A truce is near,” in the words of Trump.", ["Trump"]),
    ("“[Putin] wants a truce,” Trump said.", ["Trump"]),
    ("“He [Putin] wants a truce,” Trump said.", ["Trump"]),
    ("Trump said “[Putin] wants a truce.”", ["Trump"]),
    ("“A truce is near” [Putin].", ["Putin"]),
    ("[Putin]: “A truce is near.”", ["Putin"]),
    ("[Trump:] A truce is near.", ["Trump"]),
    ("Trump - A truce is near", [""]),
    ("Trump — “A truce is near.”", ["Trump"]),
    ("From Trump: “A truce is near.”", ["Trump"]),
    ("And from President Trump:\n\n“A truce is near.”", ["Trump"]),
    ("This is Trump’s statement: “A truce is near.”", ["Trump"]),
    ("Trump’s response: “A truce is near.”", ["Trump"]),
    ("Trump’s reply was blunt: “A truce is near.”", ["Trump"]),
    ("A statement from Trump said a truce was near.", ["Trump"]),
    ("A statement by Putin read: “A truce is near.”", ["Putin"]),
    ("In a statement, Trump said: “A truce is near.”", ["Trump"]),
    ("“A truce is near,” read a statement from Putin.", ["Putin"]),
    ("A truce, in Trump’s view, is near.", ["Trump"]),
    ("In Trump’s view, a truce is near.", ["Trump"]),
    ("In Putin’s opinion a truce is near.", ["Putin"]),
    ("A truce is near in the view of Putin.", ["Putin"]),
    ("Per Trump, a truce is near.", ["Trump"]),
    ("A truce is near, per Trump.", ["Trump"]),
    ("A truce is near (per Trump).", ["Trump"]),
    ("‘Truce is near’ - Trump", ["Trump"]),
    ("UPDATE 2-Trump says truce is near", ["Trump"]),
    ("LIVE: Putin: truce is near", ["Putin"]),
    ("“A truce is near,” Russian President Vladimir Putin said on Monday.", ["Putin"]),
    ("“A truce!” Putin shouted.", ["Putin"]),
    ("“A truce is near,” laughed Putin.", ["Putin"]),
    ("“A truce is near,” Putin smiled.", ["Putin"]),
    ("“A truce is near,” sighed Trump.", ["Trump"]),
    ("“A truce is near,” grumbled Trump.", ["Trump"]),
    ("“A truce is near,” mused Trump.", ["Trump"]),
    ("“A truce is near,” Trump went on.", ["Trump"]),
    ("“A truce is near,” Trump, speaking in Rome, said.", ["Trump"]),
    ("Trump spoke of a “truce.”", ["Trump"]),
    ("Trump praised “the truce.”", ["Trump"]),
    ("“A truce is near,” he said. “We want the truce,” he added.", ["unresolved", "unresolved"]),
    (
        (
            "Trump met reporters. “A truce is near,” he said. “We want the truce,” he added. "
            "He said the truce would hold."
        ),
        ["Trump", "Trump", "Trump"],
    ),
    (
        (
            "Trump met reporters. “A truce is near,” he said. He left. “The truce will "
            "hold,” he added."
        ),
        ["Trump", "Trump"],
    ),
    ("Putin spoke. “A truce is near.” “The truce will hold.”", ["Putin", "Putin"]),
    ("“A truce is near,” Putin said.\n\n“The truce will hold,” he added.", ["Putin", "Putin"]),
    ("A truce was near, Putin was heard saying.", ["Putin"]),
    ("Putin could be heard saying a truce was near.", ["Putin"]),
    ("Putin can be seen saying a truce is near.", ["Putin"]),
    ("Putin went on to say that a truce is near.", ["Putin"]),
    ("Putin refused to say whether a truce is near.", ["Putin"]),
    ("Putin declined to say if a truce was near.", ["Putin"]),
    ("Putin — who met Trump on Friday — said a truce was near.", ["Putin"]),
    ("Dmitry Peskov, Putin’s spokesman, said a truce was near.", ["Kremlin"]),
    ("Putin spokesman Dmitry Peskov said a truce was near.", ["Kremlin"]),
    ("Kremlin spokesman Dmitry Peskov said a truce was near.", ["Kremlin"]),
    ("A spokesman for Putin said a truce was near.", ["other"]),
    ("Trump late on Monday night said a truce was near.", ["Trump"]),
    ("Trump in a post on X on Monday said a truce was near.", ["Trump"]),
    ("Trump had earlier in the day said a truce was near.", ["Trump"]),
    ("Trump told NBC News in an interview on Sunday that a truce was near.", ["Trump"]),
    ("(Putin:) A truce is near.", ["Putin"]),
    (
        (
            "Donald Trump [00:12]\nA truce is near.\nVladimir Putin [00:20]\nA "
            "truce?\nDonald Trump [00:33]\nA truce."
        ),
        ["Trump", "Putin", "Trump"],
    ),
    ("**Trump:** A truce is near.\n\n**Putin:** A truce?", ["Trump", "Putin"]),
    (
        "V. Putin: A truce is near.\n\nQuestion: A truce?\n\nV. Putin: A truce.",
        ["Putin", "other", "Putin"],
    ),
    (
        (
            "Vladimir Putin: A truce is near.\n\nThe truce holds.\n\nQuestion: A "
            "truce?\n\nVladimir Putin: A truce."
        ),
        ["Putin", "Putin", "other", "Putin"],
    ),
    (">> Trump: A truce is near.\n>> Putin: A truce?", ["Trump", "Putin"]),
    ("- Trump: A truce is near.\n- Putin: A truce?", ["Trump", "Putin"]),
    ("“A truce is near.”\n- Vladimir Putin, 2025", ["Putin"]),
    ("“A truce is near.” ~ Vladimir Putin", ["Putin"]),
    ("“A truce is near.” -Vladimir Putin", ["Putin"]),
    ("“A truce is near.”\n\nVladimir Putin, President of Russia", ["Putin"]),
    ("“A truce is near.” President Vladimir Putin", ["Putin"]),
    ('"A truce is near." - President Vladimir Putin, Moscow, 2025.', ["Putin"]),
    ("Putin’s claim that a truce is near is false.", ["Putin"]),
    ("Putin's statement that a truce is near is false.", ["Putin"]),
    ("Putin made clear a truce was near.", ["Putin"]),
    ("Putin made it clear that a truce was near.", ["Putin"]),
    ("Putin has been clear: a truce is near.", ["Putin"]),
    ("Putin’s message was clear: a truce is near.", ["Putin"]),
    ("“A truce,” said Trump, “is near.” The truce, he added, will hold.", ["Trump", "Trump"]),
    ("“[A truce] is near,” Trump said.", ["Trump"]),
    ("Putin (in Moscow): “A truce is near.”", ["Putin"]),
    ("For Putin, a truce is a trap.", [""]),
    ("Trump on truce: ‘It is near’", [""]),
    ("Trump Says Truce Near, Putin Says No", ["Trump"]),
    ("Russia’s Putin says a truce is near.", ["Putin"]),
    ("“A truce is near,” said a smiling Putin.", ["Putin"]),
    ('"A truce is near" Putin said.', ["Putin"]),
    ("«A truce is near», Putin said.", ["Putin"]),
    ("“A truce is near,” Trump said. “The truce will hold,” Putin said.", ["Trump", "Putin"]),
    ("Putin told Trump a truce was near.", ["Putin"]),
    ("“A truce is near,” Trump told Putin.", ["Trump"]),
    (
        "Putin said: “A truce is near.\n\n“The truce will hold.\n\n“A truce!”",
        ["Putin", "Putin", "Putin"],
    ),
    ("Putin was quoted as saying: “A truce is near.”", ["Putin"]),
    ("“A truce is near,” the agency cited Putin as saying.", ["Putin"]),
    ("Putin is on record as saying a truce is near.", ["Putin"]),
    ("Putin, speaking in Moscow, said a truce was near.", ["Putin"]),
    ("The Trump administration said a truce was near.", ["other"]),
    ("Trump, with Putin at his side, said a truce was near.", ["Trump"]),
    ("Trump on Monday said a truce was near.", ["Trump"]),
    ("He said Trump wanted a truce.", ["unresolved"]),
    (
        "VLADIMIR PUTIN (via translator): A truce is near.\nTRUMP [on phone]: A truce.",
        ["Putin", "Trump"],
    ),
    ("“A truce is near” – Putin.", ["Putin"]),
    ("“A truce is near,” he quoted Putin as saying.", ["Putin"]),
    ("“Putin told me a truce was near,” Trump said.", ["Trump"]),
    ("Putin hinted that a truce was near.", ["Putin"]),
    ("“A truce is near” and “the truce will hold,” Putin said.", ["Putin", "Putin"]),
    ("The film “The Truce,” Trump said, is good.", ["Trump"]),
    (
        "President Trump (00:12):\nA truce is near.\nSpeaker 2 (00:20):\nA truce?",
        ["Trump", "other"],
    ),
    ("Published (00:12)\nThe truce is near.", [""]),
    ("“A truce is near.” He smiled.", ["unresolved"]),
    ("It cost 20 per cent of the truce.", [""]),
    ("The deputy Secretary of State on Monday said a truce was near.", ["other"]),
    ("Trump at a rally heard that aides said a truce was near.", ["other"]),
    ("Putin’s claim to a truce is old.", [""]),
    ("Trump’s words hurt the truce.", [""]),
    ("Putin said so.\n\nHe added that a truce was near.", ["Putin"]),
    ("Putin said so.\n\nDoe left. He added that a truce was near.", ["unresolved"]),
    ("Putin said so.\n\nRain fell.\n\nHe added that a truce was near.", ["unresolved"]),
    # Labels inside a paragraph.
    ("CHUCK DOE: Is there a deal? PRESIDENT TRUMP: A truce is near.", ["Trump"]),
    ("We spoke. DOE: Will you sign? TRUMP: A truce is near. DOE: Thank you.", ["Trump"]),
    (
        "DOE: A truce? TRUMP: A truce. It holds, the truce. DOE: And the truce line?",
        ["other", "Trump", "Trump", "other"],
    ),
    ("DOE: Talks? TRUMP: Yes.\n\nA truce is near.\n\nDOE: A truce?", ["Trump", "other"]),
    ("MR. PESKOV: We want talks. Q: And a truce? MR. PESKOV: A truce.", ["other", "Kremlin"]),
    ("GAZETTE: A truce, Mr. Doe? Putin: A truce is near. GAZETTE: When?", ["other", "Putin"]),
    ("Doe: When? Putin: A truce. Doe: Where? Putin: At the truce line.", ["Putin", "Putin"]),
    ("TRUMP: Rain fell. On Africa: a truce holds. It holds, the truce.", ["Trump", "Trump"]),
    ("He has a plan. TRUMP: a truce comes.", [""]),
    # Brackets, bold signs and times around a label.
    ("[Trump]: A truce is near.", ["Trump"]),
    ("**Trump**: A truce is near.", ["Trump"]),
    ("[00:12] Donald Trump: A truce is near.", ["Trump"]),
    ("[00:12:30] Donald Trump: A truce is near.", ["Trump"]),
    ("UNIDENTIFIED MALE: A truce is near.", ["other"]),
    # What somebody owns says it for him; who stands in a relative clause does not speak.
    ("Putin’s written statement said the truce was near.", ["Putin"]),
    ("Putin’s lawyer said the truce was near.", ["other"]),
    ("Putin’s view is that the truce is near.", ["Putin"]),
    ("Trump’s message was that the truce is near.", ["Trump"]),
    ("“The truce is near,” said one diplomat who met Trump.", ["other"]),
    ("“The truce is near,” said Trump aide Yuri Doe.", ["other"]),
    ("“The truce is near,” said Trump national security adviser Vladimir Putin.", ["Putin"]),
    ("“The truce is near,” said Putin as Trump left.", ["Putin"]),
    ("“The truce is near,” said Trump hours before Putin came.", ["Trump"]),
    ("Trump took to Truth Social to say the truce was near.", ["Trump"]),
    ("Trump used the speech to argue that the truce was near.", ["Trump"]),
    ("Hours after Trump said it, the truce broke.", [""]),
    ("Trump said it was a truce.", ["Trump"]),
    # Parliaments: a name and a point, in texts that have two or more.
    (
        "  Mr. TRUMP. Madam, a truce is near. It holds, the truce.\n  Mr. PUTIN. No truce.",
        ["Trump", "Trump", "Putin"],
    ),
    (
        "Mr. PESKOV. We yield.\n\nA truce holds.\n\nThe PRESIDING OFFICER. A truce?\n\n"
        "Ms. TRUMP of Texas (for herself and Mr. PUTIN). A truce.",
        ["Kremlin", "other", "Trump"],
    ),
    (
        "Chairman Putin. A truce?\n\nMr. Trump. A truce.\n\nIt holds, the truce.\n\n",
        ["Putin", "Trump", "Trump"],
    ),
    ("Mr. Trump said it. A truce is near.\n\nMr. Putin. Who knows. A truce.", ["", ""]),
    # Captions: another speaker at each ">>"; an answer to an e-mail quotes it so.
    (
        ">> DONALD TRUMP: A truce.\n>> What truce?\n>> Putin: This truce.",
        ["Trump", "other", "Putin"],
    ),
    ("A TRUCE HOLDS. >> TRUMP: A TRUCE? >> A TRUCE.", ["", "Trump", "other"]),
    ("> A truce is near\n>> A truce is far\n>> The truce is gone", ["", "", ""]),
    # A name alone in its line, where names come again or stand beside a time.
    (
        "Donald Trump\n\nA truce is near.\n\nJane Doe\n\nWhat truce?\n\nDonald Trump\n\nThe truce.",
        ["Trump", "other", "Trump"],
    ),
    (
        "Trump  0:12\nA truce.\n\nJane Doe  0:20\nWhat truce?\n\nTrump  0:31\nA truce.",
        ["Trump", "other", "Trump"],
    ),
    (
        "00:00:12 Donald Trump\nA truce.\n\n00:00:20 Putin\nWhat truce?",
        ["Trump", "Putin"],
    ),
    ("A truce is near.\n\nDonald Trump\n\nThe truce is dead.\n\nThe truce is far.", ["", "", ""]),
    ("A truce.\n\nRead More\n\nA truce.\n\nNext Steps\n\nA truce.\n\nRead More", ["", "", ""]),
    # Who interrupts has no colon in White House transcripts.
    (
        "PRESIDENT TRUMP: A truce.\n\n Q — and the truce —\n\nQ Thank you. A truce?",
        ["Trump", "other", "other"],
    ),
    # Names in small letters that come again, and remarks and offices after a name.
    (
        "Trump: A truce is near.\n\nJane Doe: What truce?\n\nTrump: The truce.",
        ["Trump", "other", "Trump"],
    ),
    ("Trump (Ohio) (Rep): A truce is near.", ["Trump"]),
    ("Donald Trump, President: A truce is near.\n\nPutin, President: A truce.", ["Trump", "Putin"]),
    ("HOST: A truce?\n\nTRUMP:\n\nA truce.\n\nHOST:\n\nWhat truce?", ["other", "Trump", "other"]),
    # What looks like a sentence and is a label, and the other way round.
    ("Trump--a truce is near.", [""]),
    ("TRUMP--a truce is near. DOE--a truce?\nDOE--a truce holds.", ["Trump", "Trump", "other"]),
    ("Q. is a truce near?\nPUTIN: Yes, a truce.", ["other", "Putin"]),
    ("Putin often adds this: Rain fell. The truce holds.", [""]),
    ("DOE: Talks? TRUMP: Yes. And so I say: a truce. DOE: A truce?", ["Trump", "other"]),
]


def speakers(text):
    return all_speakers([text])[0]


def all_speakers(texts):
    corpus = fr.make_corpus(texts, furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce*"]}), actors=ACTORS).table
    speaker = found["speaker"].groupby(found["doc_id"].astype(str)).agg(list)
    return [speaker.get(doc_id, []) for doc_id in corpus.table["doc_id"]]


@pytest.fixture(scope="module")
def answers():
    texts = [text for text, _ in SPEAKERS]
    return dict(zip(texts, all_speakers(texts), strict=True))


@pytest.mark.parametrize(("text", "expected"), SPEAKERS)
def test_who_says_it(answers, text, expected):
    assert answers[text] == expected


def test_who_says_it_does_not_depend_on_the_other_articles(answers):
    texts = [text for text, _ in SPEAKERS][::12]
    assert [speakers(text) for text in texts] == [answers[text] for text in texts]


def test_who_goes_on_in_the_next_paragraph_does_not_depend_on_other_hits():
    text = "Putin said rain fell.\n\nHe said snow fell.\n\nHe said a truce fell. He said it fell."
    corpus = fr.make_corpus([text], furniture=False)
    few = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]}), actors=ACTORS).table
    words = ["rain", "snow", "fell", "it"]
    many = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"], "g": words}), actors=ACTORS).table
    assert few["speaker"].tolist() == ["unresolved"]
    assert many[many["frame"] == "f"]["speaker"].tolist() == ["unresolved"]
    assert many["speaker"].tolist()[2:4] == ["Putin", "Putin"]


def test_a_turn_lasts_until_the_next_label_however_long_it_is():
    turn = ["Rain fell.", "A truce holds.", "“A truce,” we say, is near."] * 20
    text = "\n\n".join(["PRESIDENT TRUMP: Thank you.", *turn, "Q    Which truce?", *turn[:2]])
    assert speakers(text) == ["Trump"] * 40 + ["other"] * 2


def test_a_sentence_that_addresses_someone_is_no_label():
    text = "PRESIDENT TRUMP: Hello.\n\nPresident Zelensky, I am clear: we want a truce.\n\nA truce."
    assert speakers(text) == ["Trump"] * 2
    anchor = "Jane Zelensky, CNN Anchor: A truce.\n\nJohn Peskov, Governor of Texas: A truce."
    assert "" not in speakers(f"{anchor}\n\nJane Zelensky, CNN Anchor: A truce.")


def test_no_turn_goes_on_in_the_next_article():
    texts = [
        "PRESIDENT TRUMP: The truce holds.",
        "The truce holds.",
        "Q: Why a truce?\nMR. PESKOV: No.",
    ]
    corpus = fr.make_corpus(texts, furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce*"]}), actors=ACTORS)
    assert found.table["speaker"].tolist() == ["Trump", "", "other"]


def test_the_speaker_of_a_turn_does_not_depend_on_other_hits():
    text = "\n".join(
        ["MR. PESKOV: Thank you.", "Rain.", "A truce.", "Q: Talks?", "Rain.", "A truce."]
    )
    corpus = fr.make_corpus([text], furniture=False)
    few = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]}), actors=ACTORS).table
    many = fr.find_hits(
        corpus, fr.make_lexicon({"f": ["truce"], "g": ["rain", "talks", "thank"]}), actors=ACTORS
    ).table
    assert few["speaker"].tolist() == ["Kremlin", "other"]
    assert many[many["frame"] == "f"]["speaker"].tolist() == ["Kremlin", "other"]


@pytest.mark.parametrize(("letters", "speaker"), [(15, "Kremlin"), (16, "other")])
def test_given_names_between_a_comma_and_a_name_have_sixteen_characters(letters, speaker):
    # With the space behind them; what is longer may be anybody's description.
    given = "D" + "m" * (letters - 1)
    text = f"The president’s spokesman, {given} Peskov, told reporters a truce is near."
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    hits = fr.find_hits(fr.make_corpus([text]), lexicon, actors=ACTORS)
    assert hits.table["speaker"].tolist() == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The truce is over, say officials who met Putin.", "other"),
        ("The truce is over, said a spokesman for the ministry.", "other"),
        ("The truce is over, say the Turks, and nobody minds.", "other"),
        ("The minister, asked about the truce, said nothing.", ""),
        ("He saw the truce, said a prayer and left.", ""),
        ("John Doe, who wanted a truce, urged Moscow to wait.", ""),
    ],
)
def test_a_subject_that_nobody_knows_may_follow_its_verb(text, speaker):
    assert speakers(text) == [speaker]


def test_each_label_of_a_short_interview_counts_where_the_first_asks():
    text = "DER SPIEGEL: Will the truce hold?\n\nTrump: The truce will hold."
    assert speakers(text) == ["other", "Trump"]
    assert speakers("Financial Times: A truce?\n\nPeskov: No truce.") == ["other", "Kremlin"]
    assert speakers("Kyiv: A truce is near.\n\nTrump: The truce will hold.") == ["", "Trump"]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“The truce holds,” said Putin; “the truce is dead,” said Trump.", ["Putin", "Trump"]),
        ("“The truce holds”, said Putin; “The truce is dead”, said Trump.", ["Putin", "Trump"]),
        ("“The truce holds,” said Putin, “and a truce is a truce.”", ["Putin", "Putin", "Putin"]),
        ("Putin met Trump in Paris and warned the truce was over.", ["Putin"]),
        ("Putin greeted Trump and, waving to the crowd, said the truce was void.", ["Putin"]),
        ("Truce is over, says Putin\n\nThe truce broke on Sunday.", ["Putin", ""]),
        ("Truce is over, says envoy\n\nPutin met Trump.", ["other"]),
        ("Putin walked out of the hall, claiming the truce was over.", ["Putin"]),
        ("Putin stormed out, shouting that the truce was over.", ["Putin"]),
        ("Putin wrote a letter on Friday, warning the truce was over.", ["Putin"]),
        ("A Putin aide left the hall, claiming the truce was over.", ["other"]),
        ("Putin’s envoy met Trump and said the truce was over.", ["other"]),
        ("Putin left and the envoy was angry, saying the truce was over.", ["other"]),
        ("“Is the truce dead?” asks Trump.", ["Trump"]),
        ("“The truce lives,” jokes Putin.", ["Putin"]),
        ("Note: the truce ends on Sunday.", [""]),
    ],
)
def test_the_subject_of_a_sentence_speaks_in_its_second_predicate(text, speakers):
    corpus = fr.make_corpus([text], furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]}), actors=ACTORS).table
    assert found["speaker"].tolist() == speakers


KIN = fr.make_actors(
    {"Merkel": ["Angela Merkel"], "Smith": ["Anna Smith", "the mayor"], "Biden": [], "Poe": []}
)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Jill Biden said a truce was near.", ["other"]),
        ("“A truce is near,” said Hunter Biden.", ["other"]),
        ("According to Ashley Biden, a truce is near.", ["other"]),
        ("In Hunter Biden’s words, a truce is near.", ["other"]),
        ("Joe Biden said a truce was near.", ["Biden"]),
        ("President Biden said a truce was near.", ["Biden"]),
        ("Tom Smith said a truce was near.", ["other"]),
        ("Anna Smith said a truce was near.", ["Smith"]),
        ("Smith Jr. said a truce was near.", ["other"]),
        ("Edgar Poe said a truce was near.", ["Poe"]),
        ("Biden met donors. He said a truce was near.", ["Biden"]),
        ("Biden met donors. She said a truce was near.", ["unresolved"]),
        ("Merkel met donors. He said a truce was near.", ["unresolved"]),
        ("Biden said it rains. She said a truce was near.", ["unresolved"]),
        ("Poe met donors. She said a truce was near.", ["Poe"]),
        ("Jill Biden met donors. She said a truce was near.", ["other"]),
        ("Biden is believed to have told donors that a truce was near.", ["Biden"]),
    ],
)
def test_another_first_name_is_another_person_and_she_is_no_man(text, speakers):
    corpus = fr.make_corpus([text], furniture=False)
    table = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]}), actors=KIN).table
    assert table["speaker"].tolist() == speakers
