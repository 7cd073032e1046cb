package io.millrace.gpu.tokenize.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaTemplateTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-04T09:05:07Z"));

    private static final Map<String, Object> VARIABLES =
            Map.of(
                    "messages",
                    List.of(
                            message("user", "Hi"),
                            message("assistant", "Yo"),
                            message("user", "{{ 7*7 }} é")),
                    "add_generation_prompt",
                    true,
                    "bos_token",
                    "<s>",
                    "eos_token",
                    "</s>");

    private static Map<String, String> message(String role, String content) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    @TestFactory
    Stream<DynamicTest> rendersConstructsAsPythonDoes() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(
                        JinjaTemplateTest.class.getResourceAsStream(
                                "/templates/constructs.json"))) {
            List<DynamicTest> tests = new ArrayList<>();
            for (JsonNode construct : new ObjectMapper().readTree(file)) {
                String template = construct.path("template").textValue();
                tests.add(DynamicTest.dynamicTest(template, () -> check(template, construct)));
            }
            return tests.stream();
        }
    }

    private static void check(String template, JsonNode construct) {
        if (construct.has("error")) {
            assertThatExceptionOfType(JinjaException.class).isThrownBy(() -> render(template));
        } else {
            assertThat(render(template)).isEqualTo(construct.path("rendered").textValue());
        }
    }

    @Test
    void formatsTheTimeOfItsClock() {
        assertThat(render("{{ strftime_now('%d %b %Y, %A %H:%M:%S %p, %j %y %m %%') }}"))
                .isEqualTo("04 Nov 2026, Wednesday 09:05:07 AM, 308 26 11 %");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "a\\n{{ b;line 2: a tag without }}",
                "{% if x %};line 1: the template ends before [elif, else, endif]",
                "{% include 'x' %};line 1: no tag named 'include'",
                "{{ x | frobnicate }};line 1: no filter named 'frobnicate'",
                "{{ x is frobnicated }};line 1: no test named 'frobnicated'",
                "{{ 'x };line 1: a string without end",
                "{{ (1 }};line 1: unexpected '}'",
                "{{ 1 + }};line 1: unexpected the end of the tag",
                "{% endif %};line 1: no tag named 'endif'",
                "{% for x on y %}{% endfor %};line 1: unexpected 'on' (expected: 'in')",
                "{# x;line 1: a comment without end",
                "{{ a ? b }};line 1: unexpected character '?'",
            })
    void refusesWhatIsNoTemplateNamingTheLine(String template, String reason) {
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(() -> JinjaTemplate.of(template.replace("\\n", "\n"), CLOCK))
                .withMessage(reason);
    }

    @Test
    void tellsItsOwnRefusalFromAFailure() {
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(() -> render("{{ raise_exception('no such role') }}"))
                .withMessage("no such role")
                .matches(JinjaException::isRaisedByTemplate);
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(() -> render("\n{{ none + 'x' }}"))
                .withMessage("line 2: '+' between None and a string")
                .matches(e -> !e.isRaisedByTemplate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
                "{% for a in range(90000000) %}{% endfor %}",
                "{{ 'x' * 2000000000 }}",
                "{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=['x']) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x='xx') %}{% for i in range(99) %}{% set ns.x = ns.x.replace('x', ns.x) %}{% endfor %}",
                "{% set ns = namespace(x='xx') %}{% for i in range(99) %}{% set ns.x = ns.x | join(ns.x) %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% set x = 'x' * 1000000 %}{% for i in range(90000) %}{{ x }}{% endfor %}",
                "{{ 2 ** 64 }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 99999999999999999999 }}",
                "{{ 1 // 0 }}{{ 1 % 0 }}{{ 1 / 0 }}",
                "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x | tojson }}",
                "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x + ns }}",
                "{% set ns = namespace(a=[], b=[]) %}{% for i in range(90000) %}{% set ns.a = [ns.a] %}{% set ns.b = [ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
                "{% set ns = namespace(a=[]) %}{% for i in range(90000) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}",
            })
    void neverRunsAway(String template) {
        assertThatExceptionOfType(JinjaException.class).isThrownBy(() -> render(template));
    }

    @Test
    void boundsHowDeepATemplateNests() {
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(
                        () -> render("{{ " + "(".repeat(5_000) + "1" + ")".repeat(5_000) + " }}"));
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(
                        () -> render("{{ " + "[".repeat(5_000) + "1" + "]".repeat(5_000) + " }}"));
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(() -> render("{% if 1 %}".repeat(5_000)));
    }

    @Test
    void reachesNothingOfJava() {
        assertThat(
                        render(
                                "{{ ''.class }}{{ ''.getClass }}{{ messages.class }}{{ bos_token.bytes }}"))
                .isEmpty();
        assertThatExceptionOfType(JinjaException.class)
                .isThrownBy(() -> render("{{ messages.getClass() }}"));
    }

    @Property(tries = 3_000)
    void readsOrRefusesAnyTemplate(@ForAll("templates") String template) {
        try {
            render(template);
        } catch (JinjaException e) {
            assertThat(e).hasMessageNotContaining("Exception");
        }
    }

    @Provide
    Arbitrary<String> templates() {
        String pieces =
                "{{ }} {% %} {# #} - + \n if else endif for in endfor set = messages loop . [ ] ( )"
                        + " 0 1 : ' \" \\ | length list trim is defined not and x ~ * ** / % { } ,"
                        + " {{x}} {{x.role}} {%if(x)%} {%endif%} {%raw%} {%endraw%}";
        return Arbitraries.of(pieces.split(" "))
                .list()
                .ofMaxSize(14)
                .map(parts -> String.join(" ", parts));
    }

    private static String render(String template) {
        return JinjaTemplate.of(template, CLOCK).render(VARIABLES);
    }
}
