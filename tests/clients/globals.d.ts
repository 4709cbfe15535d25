// The two globals of node that the program uses: its whole type package would only slow the check.
declare const process: { argv: string[] };
