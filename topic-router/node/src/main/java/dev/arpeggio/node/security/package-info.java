/**
 * Who may do what: the files that say it, and the judgement. Knows no gRPC; {@code rpc.Gate} asks
 * here. Everything is immutable or safe for any thread, and secrets stay inside: no message, no
 * {@code toString} and no exception repeats a token, or a line of a file that may hold one.
 */
@NullMarked
package dev.arpeggio.node.security;

import org.jspecify.annotations.NullMarked;
