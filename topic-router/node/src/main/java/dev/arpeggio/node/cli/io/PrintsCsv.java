package dev.arpeggio.node.cli.io;

/** A command whose data are a table of figures, which it can print as CSV. */
public interface PrintsCsv {}
