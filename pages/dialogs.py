"""The dialogs of the set-up and the transport; at most one was asked for."""

from pages import csv_dialog, points_dialog, tables_dialog, worked_dialog
from pages.session import Session
from pages.text import Text


def show(session: Session, words: Text) -> None:
    """Draw the dialog that was asked for, if any."""
    for dialog in (tables_dialog, csv_dialog, points_dialog, worked_dialog):
        dialog.show(session, words)
