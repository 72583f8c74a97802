"""The parts of the page about whom the ranking wrongs: by group, by functionality, by kind of invented sentence."""

from collections.abc import Mapping
from typing import Any

from benchmarks.review_triage.bias import OBJECTIONS

__all__ = ["functionalities", "groups", "objected", "paired"]


def groups(about: Mapping[str, Any]) -> str:
    """Hateful cases and neutral statements flagged, by the group that is named."""
    ours, naive = about["shipped"], about["naive"]
    lines = [
        "## Identities",
        "",
        "HateCheck by the group that a case names: the share of hateful cases flagged, and of neutral or"
        " kind statements"
        " about the group (`ident_neutral_nh`, `ident_pos_nh`) flagged; by the group's own head, by the head"
        " *hate*, and"
        " by any head that says a group is hated. Shipped / naive. HateCheck was never trained on, and no threshold was"
        " set on it.",
        "",
        "| group | own head: hateful | identity | *hate*: hateful | identity | any: hateful | identity | AUC"
        " of own head |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row, *others in zip(*(who[key] for key in _BY for who in (ours, naive)), strict=True):
        cells = [row, *others]
        said = [
            f"{cells[place][key]:.2f} / {cells[place + 1][key]:.2f}"
            for place in range(0, 6, 2)
            for key in ("hateful", "identity")
        ]
        auc = [who["auc_own_head"].get(row["group"]) for who in (ours, naive)]
        said.append(" / ".join(f"{value:.3f}" for value in auc) if None not in auc else "")
        lines.append(f"| {row['group']} | {' | '.join(said)} |")
    libs, other = ours["madlibs"], naive["madlibs"]
    lines += [
        "",
        "**The price.** The thresholds are set so that few neutral sentences reach them; so fewer hateful cases do"
        f" ({ours['group_any'][-1]['hateful']:.2f} of them beside {naive['group_any'][-1]['hateful']:.2f}). HateCheck's"
        " hateful and harmless cases differ by little but a word, a negation or quotation marks. A bag of n-grams adds"
        " up what stands in a text and cannot see what a *not* or a *he said* is about: what denies, quotes or answers"
        " hate holds the same words as hate. So no linear model ranks HateCheck well; the order on held-out texts of"
        " real kinds is in the table above.",
        "",
        f"AUC of *hate* on all of HateCheck: {ours['auc']:.3f} / {naive['auc']:.3f}; naive on the three sets alone"
        f" that calibrate the head: {naive['auc_home']:.3f}. Identity sentences of"
        " four templates"
        f" of Unintended Bias that never trained: {libs['harmless']:.3f} / {other['harmless']:.3f} of the harmless ones"
        f" flagged (worst identity: {libs['worst_identity']} {libs['worst']:.2f} / {other['worst_identity']}"
        f" {other['worst']:.2f}), {libs['hateful']:.2f} / {other['hateful']:.2f} of the hostile ones.",
        "",
    ]
    return "\n".join(lines)


_BY = ("group_own_head", "group_hate", "group_any")


def functionalities(about: Mapping[str, Any]) -> str:
    """The share flagged of each functionality of HateCheck."""
    ours, naive = (about[who]["functionality"] for who in ("shipped", "naive"))
    lines = [
        "## HateCheck by functionality",
        "",
        "Share flagged by any head that says a group is hated. Of those that are hateful it should be high,"
        " of the others"
        " low. Read `counter_quote_nh` and `counter_ref_nh` well: they are people who object, and a model of n-grams"
        " flags them for what they quote. `slur_reclaimed_nh` is the reclaimed word.",
        "",
        "| functionality | hateful | cases | shipped | naive |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| `{row['functionality']}` | {'yes' if row['hateful'] else 'no'} | {row['cases']} | {row['flagged']:.2f} |"
        f" {other['flagged']:.2f} |"
        for row, other in zip(ours, naive, strict=True)
    ]
    return "\n".join([*lines, ""])


def objected(about: Mapping[str, Any]) -> str:
    """Denials, quotes, answers and reclaimed words, by group."""
    ours, naive = (
        {(row["group"], row["functionality"]): row for row in about[who]["objections"]} for who in ("shipped", "naive")
    )
    lines = [
        "## Objections and reclaimed words, by group",
        "",
        "HateCheck's cases that deny hate, quote it to condemn it, answer it, or use a reclaimed word: the share"
        " flagged by any head that says a group is hated, shipped / naive, and in brackets the number of cases. Read"
        " these as people who object: look at the stance of a message beside its score.",
        "",
        "| group | " + " | ".join(f"`{name}`" for name in OBJECTIONS) + " |",
        "|---|" + "---:|" * len(OBJECTIONS),
    ]
    for group in dict.fromkeys(group for group, _ in ours):
        cells = [
            f"{ours[group, name]['flagged']:.2f} / {naive[group, name]['flagged']:.2f} ({ours[group, name]['cases']})"
            if (group, name) in ours
            else ""
            for name in OBJECTIONS
        ]
        lines.append(f"| {group} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def paired(about: Mapping[str, Any]) -> str:
    """The invented pairs that never trained, by kind."""
    ours, naive = about["shipped"]["pairs"], about["naive"]["pairs"]
    lines = [
        "## Invented pairs",
        "",
        "Sentences written for this (`benchmarks/triage_training/contrasts.py`), of the templates that do not train:"
        " the share of each kind flagged by any head that says a group is hated. Ways of training were chosen on them"
        " too, so they are no test; they say where the model errs."
        f" AUC of *hate* on all of them: {ours['auc']:.3f} / {naive['auc']:.3f}.",
        "",
        "| kind | sentences | shipped | naive |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {_KINDS[row['kind']]} | {row['sentences']} | {row['flagged']:.2f} | {other['flagged']:.2f} |"
        for row, other in zip(ours["kinds"], naive["kinds"], strict=True)
    ]
    return "\n".join([*lines, ""])


_KINDS = {
    "hate": "hate of a group",
    "denied": "hate denied",
    "kind": "neutral or kind about a group",
    "quoted": "hate quoted and condemned, or reported",
    "elsewhere": "the same words about no such group",
    "reclaimed": "a slur reclaimed, or named as one",
}
