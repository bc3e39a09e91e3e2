"""The dialogs of the set-up and the transport; at most one was asked for."""

from pages.setup import csv_dialog, points_dialog, tables_dialog
from pages.shared.session import Session
from pages.text import Text
from pages.worked import dialog as worked_dialog


def show(session: Session, words: Text) -> None:
    """Draw the dialog that was asked for, if any."""
    for dialog in (tables_dialog, csv_dialog, points_dialog, worked_dialog):
        dialog.show(session, words)
