/* documents.c — how fast letters are read: RTF to text, and what was compressed.
 *
 *     documents [MEGABYTES]      of RTF, 64 where it is not said
 *
 * The letters are what a word processor writes: tables of fonts and styles, formatting between the
 * words, tables of results, a picture in every fourth one. SPDX-License-Identifier: Apache-2.0 */
#include "ocf.h"
#include "ocf_encoder.h"
#include "rtf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_letter(struct text_buffer *out, int number)
{
    text_buffer_reset(out);
    text_buffer_string(out, "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl");
    for (int i = 0; i < 40; i++) {
        text_buffer_format(out, "{\\f%d\\fswiss\\fcharset%d\\fprq2 Font %d;}", i, i % 2 * 204, i);
    }
    text_buffer_string(out, "}{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet");
    for (int i = 0; i < 60; i++) {
        text_buffer_format(out, "{\\s%d\\ql\\li0\\sa200\\sl276\\f0\\fs22 Style %d;}", i, i);
    }
    text_buffer_string(out, "}\\pard\\plain");
    if (number % 4 == 0) {
        text_buffer_string(out, "{\\pict\\pngblip ");
        for (int i = 0; i < 20000; i++) {
            text_buffer_char(out, "0123456789abcdef"[(i * 7 + number) % 16]);
        }
        text_buffer_char(out, '}');
    }
    for (int i = 0; i < 60; i++) {
        text_buffer_format(
            out,
            "\\pard\\sa200\\sl276{\\rtlch\\fcs1\\af0\\afs22 \\ltrch\\fcs0\\f0\\fs22"
            "\\insrsid%d Thank you for referring this %d year old, who was seen "
            "in clinic today\\rquote s list; caf\\'e9 au lait spots noted.}\\par\r\n",
            number * 131 + i,
            20 + (number + i) % 70);
        text_buffer_format(out,
                           "\\trowd\\cellx2000\\cellx4000\\intbl Haemoglobin\\cell %d.%d g/dL\\cell"
                           "\\row\r\n",
                           9 + (number + i) % 8,
                           i % 10);
    }
    text_buffer_char(out, '}');
}

int main(int argc, char **argv)
{
    size_t wanted = (size_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 64) << 20;
    struct arena arena;
    struct text_buffer letter;
    size_t read = 0;
    size_t shown = 0;
    size_t stored = 0;
    double rtf_time = 0;
    double ocf_time = 0;
    bool ok = true;

    arena_init(&arena, 65536, NULL);
    text_buffer_init(&letter, 1 << 20);
    struct rtf_reader *reader = rtf_reader_create(&arena);
    struct ocf_decoder *decoder = ocf_decoder_create(&arena);
    ok = reader != NULL && decoder != NULL;
    for (int number = 0; ok && read < wanted; number++) {
        struct text document = TEXT_NONE;
        struct text text = TEXT_NONE;
        bool plain = false;
        size_t size = 0;
        write_letter(&letter, number);
        unsigned char *encoded = ocf_encode(letter.data, letter.size, &ocf_usual, &size);
        double start = seconds();
        ok =
            ocf_decode(decoder, text_from((char *)encoded, size), &document, &plain) == DOCUMENT_OK;
        double middle = seconds();
        ok = ok && rtf_read(reader, document, false, &text) == DOCUMENT_OK;
        rtf_time += seconds() - middle;
        ocf_time += middle - start;
        read += document.size;
        shown += text.size;
        stored += size;
        free(encoded);
    }
    if (!ok) {
        (void)fprintf(stderr, "a letter cannot be read\n");
        return EXIT_FAILURE;
    }
    printf("%.1f MB of RTF, %.1f MB compressed, %.1f MB of text\n",
           (double)read / 1e6,
           (double)stored / 1e6,
           (double)shown / 1e6);
    printf("rtf_text    %7.0f MB/s of RTF\n", (double)read / 1e6 / rtf_time);
    printf("ocf_decode  %7.0f MB/s of RTF\n", (double)read / 1e6 / ocf_time);
    text_buffer_release(&letter);
    arena_release(&arena);
    return EXIT_SUCCESS;
}
