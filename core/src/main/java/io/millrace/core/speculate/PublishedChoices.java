package io.millrace.core.speculate;

import java.util.Map;

/** Static trees that others published, as facts: a path is written as the ranks of its nodes. */
final class PublishedChoices {

    /** Medusa, {@code medusa/model/medusa_choices.py}: 63 nodes, 4 heads. */
    private static final String MC_SIM_7B_63 =
            "0 00 1 01 2 000 10 02 3 03 4 04 20 05 001 5 06 6 07 010 11 7 08 002 30 09 8 9 100 020"
                    + " 12 003 40 21 004 005 0000 011 006 030 50 13 007 008 009 60 040 14 70 012 200"
                    + " 31 22 80 050 15 101 021 90 060 0001 16 070";

    /** The same file: 63 nodes, 4 heads. */
    private static final String VICUNA_7B_STAGE2 =
            "0 00 1 01 000 10 2 02 001 03 3 010 20 4 002 04 11 100 0000 5 003 05 020 30 011 06 6 07"
                    + " 004 40 12 08 7 030 0001 005 21 006 101 0010 200 50 09 012 8 040 021 13 007"
                    + " 0002 008 110 0100 60 9 013 0003 102 050 31 0020 70 14";

    /** The same file: 63 nodes, 4 heads. */
    private static final String ZEPHYR_STAGE2 =
            "0 00 1 01 2 000 10 02 3 03 4 20 001 04 5 05 010 11 6 002 30 06 7 07 08 003 100 09 020"
                    + " 12 40 8 9 21 011 004 0000 50 030 13 005 006 60 200 101 012 040 14 31 22 007"
                    + " 70 021 008 013 050 15 009 110 0001 0010 41 23";

    /** EAGLE, {@code eagle/model/choices.py}, where it is called mc_sim_7b_63 too: 25 nodes. */
    private static final String EAGLE_MC_SIM_7B_63 =
            "0 1 2 3 00 01 02 10 11 20 21 30 000 001 002 010 011 020 021 100 0000 0001 0002 00000"
                    + " 00001";

    static final Map<String, String> BY_NAME =
            Map.of(
                    "mc_sim_7b_63", MC_SIM_7B_63,
                    "vicuna_7b_stage2", VICUNA_7B_STAGE2,
                    "zephyr_stage2", ZEPHYR_STAGE2,
                    "eagle_mc_sim_7b_63", EAGLE_MC_SIM_7B_63);

    private PublishedChoices() {}
}
