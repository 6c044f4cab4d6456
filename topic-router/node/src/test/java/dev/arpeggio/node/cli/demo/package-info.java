/** Tests of the command line: package demo. */
@NullMarked
package dev.arpeggio.node.cli.demo;

import org.jspecify.annotations.NullMarked;
