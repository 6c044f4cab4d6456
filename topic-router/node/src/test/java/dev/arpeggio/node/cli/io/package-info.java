/** Tests of the command line: package io. */
@NullMarked
package dev.arpeggio.node.cli.io;

import org.jspecify.annotations.NullMarked;
