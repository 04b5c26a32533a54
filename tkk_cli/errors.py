"""The numbered errors of tkk: one exception, one table of codes.

``TkkError`` carries a code, what happened, where, how many rows and a hint. ``app`` is the only place that turns it
into text and an exit status; ``tkk explain CODE`` prints the row of ``CODES``. A message may name files, columns,
codes and counts, never a person's value.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CODES", "EXIT_BUG", "EXIT_CHECK_FAILED", "EXIT_DATA", "EXIT_OK", "EXIT_USAGE", "Explanation", "TkkError"]

EXIT_OK = 0
EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2
EXIT_DATA = 3
EXIT_BUG = 70


class Explanation(NamedTuple):
    """What ``tkk explain CODE`` prints."""

    exit_status: int
    title: str
    why: str
    fix: str
    example: str = ""


class TkkError(Exception):
    """Something tkk refuses, with a code of ``CODES``.

    Parameters
    ----------
    code : str
        ``TKK`` and three digits, a key of ``CODES``.
    message : str
        What happened, in one sentence, with no value of a person.
    where : str, optional
        File, column or option.
    count : int, optional
        How many rows, columns or groups are concerned.
    hint : str, optional
        What to type next.
    """

    def __init__(
        self, code: str, message: str, *, where: str | None = None, count: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.count = count
        self.hint = hint

    @property
    def exit_status(self) -> int:
        """Exit status of the command line for this error: 1, 2, 3 or 70."""
        return CODES[self.code].exit_status

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.message}"]
        if self.where is not None:
            lines.append(f"  where: {self.where}")
        if self.count is not None:
            lines.append(f"  how many: {self.count}")
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


CODES: dict[str, Explanation] = {
    # 1xx reading -----------------------------------------------------------------------------------------------------
    "TKK101": Explanation(
        EXIT_DATA,
        "The file does not exist or cannot be opened",
        "Nothing was read, so nothing was computed.",
        "Check the name and the folder; quote a name that has spaces.",
    ),
    "TKK102": Explanation(
        EXIT_DATA,
        "The file is empty",
        "An export that failed often leaves an empty file behind.",
        "Export the file again.",
    ),
    "TKK103": Explanation(
        EXIT_DATA,
        "The file is not what its name says",
        "Read as something else, its bytes would become wrong values.",
        "Rename the file to what it is, or export it again.",
        "a CSV file that is called cohort.sav",
    ),
    "TKK104": Explanation(
        EXIT_DATA,
        "The file is damaged or breaks off before its end",
        "The people after the break would be missing without a word.",
        "Copy or export the file again and compare its size with the original.",
    ),
    "TKK105": Explanation(
        EXIT_DATA,
        "This kind of file or object is not read",
        "tkk reads text, Parquet, Arrow, SPSS, Stata, SAS and Excel files, pandas frames and Arrow tables.",
        "Save the data in one of these formats; only text may be compressed (.gz, .zst).",
    ),
    "TKK106": Explanation(
        EXIT_DATA,
        "The text is not in the encoding that it should be in",
        "Names of columns and groups with å, ä and ö would come out wrong and no longer match.",
        "Give the encoding with --encoding, or save the file as UTF-8.",
        "tkk inspect cohort.csv --encoding cp1252",
    ),
    "TKK107": Explanation(
        EXIT_DATA,
        "Rows have more or fewer fields than the header, or a quote is not closed",
        "Values would land in the wrong columns; an open quote swallows the rows after it without a word.",
        "Look at the rows that the message names: a separator inside an unquoted value, or a quote that is not closed.",
    ),
    "TKK108": Explanation(
        EXIT_DATA,
        "A column name comes twice",
        "It is not known which of the columns is meant.",
        "Give each column its own name in the file.",
    ),
    "TKK109": Explanation(
        EXIT_DATA,
        "A column that was asked for is not in the file",
        "Names are compared exactly, capitals and the letters å, ä and ö included.",
        "tkk inspect FILE lists the columns; the message names the nearest ones.",
    ),
    "TKK110": Explanation(
        EXIT_DATA,
        "A column mixes date formats, or day and month cannot be told apart",
        "3/4/2015 is a day in April or in March; the difference moves a person's follow-up by a month.",
        "Give the format with --date-format (or date_format in the codebook), or make the column uniform.",
        "tkk survival cohort.csv --start alku --date-format d/m/yyyy ...",
    ),
    "TKK111": Explanation(
        EXIT_DATA,
        "A comma, point or space in numbers may group thousands",
        "1,234 is one and a bit, or one thousand two hundred and thirty-four.",
        "Say which mark is the decimal one with --decimal; the other one and spaces then group thousands.",
        "tkk inspect cohort.csv --decimal ,",
    ),
    "TKK112": Explanation(
        EXIT_DATA,
        "A column that must hold numbers holds something else",
        "Turning the other values into missing would drop people without a word.",
        "Correct the file, name the missing codes in the codebook, or give the separator and decimal mark yourself.",
    ),
    "TKK113": Explanation(
        EXIT_DATA,
        "A column that must hold dates holds something else",
        "A wrong date moves a person's follow-up.",
        "Give the format with --date-format, or correct the file.",
    ),
    "TKK114": Explanation(
        EXIT_DATA,
        "The codebook is not valid",
        "Labels, reference levels and missing codes would be left out without a word.",
        "Correct the line or key that the message names.",
        '[columns.ohjelma]\nlabel = { fi = "Ohjelma", en = "Programme" }\nmissing = [9]',
    ),
    "TKK115": Explanation(
        EXIT_DATA,
        "The Excel workbook has no such sheet",
        "Reading another sheet would analyse other people.",
        "--sheet takes one of the sheets that the message lists; without it the first one is read.",
    ),
    "TKK116": Explanation(
        EXIT_USAGE,
        "The row filter cannot be understood",
        "A filter that is half understood would choose other people.",
        "Compare columns with values by == != < <= > >= and in, join with and, or, not; missing(column) is a condition;"
        " put names with spaces, dots or dashes in backticks.",
        "tkk survival cohort.csv --where \"ika >= 30 and ohjelma in ('TYK', 'ASLAK')\" ...",
    ),
    "TKK117": Explanation(
        EXIT_DATA,
        "The file or sheet has no rows",
        "There is no one to follow.",
        "Export the file again, or choose another sheet of a workbook with --sheet.",
    ),
    "TKK118": Explanation(
        EXIT_USAGE,
        "An option of reading does not fit the file",
        "An option without an effect shows that the file is not what it is taken for.",
        "Leave the option out, or correct its value.",
    ),
    "TKK141": Explanation(
        EXIT_USAGE,
        "A synthetic cohort of this size, seed or format is not possible",
        "Nothing was simulated and nothing was written.",
        "Give 1 to 100000000 persons, a seed that is not negative, and formats out of csv, sav and parquet.",
        "tkk simulate cohort --persons 1200 --seed 1 --formats csv,parquet",
    ),
    "TKK142": Explanation(
        EXIT_USAGE,
        "The folder for the synthetic data cannot be written to",
        "Each file is written whole or not at all: a file that was there before is unchanged.",
        "Give another folder with --output, or free space and rights in this one.",
    ),
    "TKK150": Explanation(
        EXIT_USAGE,
        "The description of the registers cannot be read",
        "registers.toml says which file is which register; without it nothing was read.",
        "Check the name and the line of the message; names with å, ä, ö or a space stand in quotes.",
        "tkk check registers.toml",
    ),
    "TKK151": Explanation(
        EXIT_USAGE,
        "A key of registers.toml is not known",
        "A key with a typing error would otherwise be passed over in silence.",
        "Write the key as in the message; tkk check --layouts lists the roles and settings of every layout.",
    ),
    "TKK152": Explanation(
        EXIT_USAGE,
        "A value of registers.toml is not possible",
        "It is of another kind than the key takes, or none of its choices.",
        "Correct the value as the message says.",
    ),
    "TKK153": Explanation(
        EXIT_DATA,
        "A file of a register is not there",
        "A register with missing files would give people without spells, and nobody would notice.",
        "Check the path: it is relative to the folder of registers.toml; a pattern must match a file.",
    ),
    "TKK154": Explanation(
        EXIT_USAGE,
        "A source of registers.toml lacks what it needs",
        "A source has a layout, and either a path or a database with a table.",
        "Add the key that the message names.",
        '[source.tyosuhteet]\npath = "folk_tyosuhde_*.csv"\nlayout = "folk_tyosuhde"',
    ),
    "TKK155": Explanation(
        EXIT_USAGE,
        "The table of states is wrong",
        "The order of its lines is the priority of the states, and its words decide who is at work.",
        "Correct the line; its columns are state, work, benefit, fi, sv, en, source and verified.",
    ),
    "TKK156": Explanation(
        EXIT_DATA,
        "The layout does not fit the file",
        "A column that the layout cannot do without is not there, in all files of the source or in some.",
        "Choose the right layout, or say which column plays the role.",
        'columns = { key = "tutkimusnumero", start = "alku" }',
    ),
    "TKK157": Explanation(
        EXIT_DATA,
        "Several columns fit one role",
        "Choosing one of them without a word could take the wrong person, day or code.",
        "Say which one with columns in registers.toml; files that name it differently are sources of their own.",
        'columns = { key = "shnro" }',
    ),
    "TKK158": Explanation(
        EXIT_USAGE,
        "A column of registers.toml is not in the files",
        "Nothing was taken in its place.",
        "Correct the name; a role that many columns play is given a regular expression.",
    ),
    "TKK159": Explanation(
        EXIT_DATA,
        "The dates of a column cannot be read",
        "3/4/2015 may be in March or in April, and a column of several formats is wrong in part.",
        "Give date_format for the source; files that are written differently are sources of their own.",
        'date_format = "d/m/yyyy"',
    ),
    "TKK160": Explanation(
        EXIT_DATA,
        "The database or its table cannot be read",
        "Nothing was read of it, and nothing was written to it.",
        "Check the path and the table; close the database in other programs.",
        'database = "rekisteri.duckdb"\ntable = "tyosuhteet"',
    ),
    "TKK161": Explanation(
        EXIT_DATA,
        "A column has a type that does not fit",
        "It is text in one file and a number or date in another, or of a type that no register has.",
        "Convert the column, or make the files of each type a source of their own.",
    ),
    "TKK162": Explanation(
        EXIT_USAGE,
        "The rejects file has no known suffix",
        "The suffix chooses the format, so nothing was written.",
        "End the name in .csv or .parquet.",
        "tkk check registers.toml --rejects hylatyt.csv",
    ),
    "TKK163": Explanation(
        EXIT_USAGE,
        "A key of registers.toml would change nothing",
        "Who writes a key believes that it is followed: a result that had ignored it would be read wrongly.",
        "Leave the key out, or look for what keeps it from having an effect: the layout, the columns, another key.",
        'path = "jaksot.parquet"  # a Parquet file has no separator',
    ),
    "TKK170": Explanation(
        EXIT_USAGE,
        "Spark is not installed",
        "--engine spark runs the SQL of the registers in Apache Spark, which is an optional part.",
        "Install tkk-cli[spark], or use --engine duckdb, which works out of core on one machine.",
        "tkk cohort cohort.toml --engine duckdb --memory 8GB",
    ),
    "TKK171": Explanation(
        EXIT_USAGE,
        "no Spark session",
        "Java is missing or too old, or the master does not answer.",
        "Set JAVA_HOME to Java 17 or newer, check master in the options file, SPARK_REMOTE and SPARK_MASTER.",
        "tkk cohort cohort.toml --engine spark --spark-options spark.toml",
    ),
    "TKK172": Explanation(
        EXIT_USAGE,
        "the Spark options do not fit",
        "The options file is TOML with master and a table [options], nothing else.",
        "Write master and, under [options], Spark's own names in quotes with text values.",
        'master = "local[4]"',
    ),
    # 2xx spells and cohort -------------------------------------------------------------------------------------------
    "TKK201": Explanation(
        EXIT_DATA,
        "A time is negative or impossibly long",
        "A person cannot leave, or enter, before follow-up starts; a wrong sign or a wrong date moves every curve.",
        "Correct the durations or dates. --entry is a time since the start, not a date, unless --start is given.",
    ),
    "TKK202": Explanation(
        EXIT_DATA,
        "No rows are left",
        "Every row was left out for a missing value, the row filter or an empty interval.",
        "The hint counts the reasons. tkk inspect FILE shows the missing values of each column.",
    ),
    "TKK203": Explanation(
        EXIT_DATA,
        "Entry is at or after exit",
        "The person is never at risk on (entry, exit]. Some programs keep such rows silently and count them wrongly.",
        "Correct them (a spell that starts and ends on one day needs a day convention), or use --drop-empty-intervals, "
        "which leaves them out and counts them in the output.",
    ),
    "TKK204": Explanation(
        EXIT_DATA,
        "An event code is not accounted for",
        "A code that is neither an event nor censored would be read as one of them in silence, and the estimate would "
        "be of something else. A code counted twice, or one that does not occur, is a slip of the same kind.",
        "Name every code: events in --events, the others in --censored. A state that makes the event impossible "
        "(death, a permanent pension) is a competing event, not censoring.",
        'tkk survival cohort.csv --time seuranta --event tila --events "tyohonpaluu=1,elake=2" --censored 0,9',
    ),
    "TKK205": Explanation(
        EXIT_USAGE,
        "Which code means the event is not said",
        "Programs guess differently: R reads 2 as the event of a 1/2 column, others read every nonzero code as one.",
        "Type --event COLUMN==CODE for one event, or --events for several.",
        "tkk survival cohort.csv --time seuranta --event tila==1",
    ),
    "TKK206": Explanation(
        EXIT_DATA,
        "A group has no one in it",
        "A comparison with an empty group would show a curve for nobody.",
        "Look at the missing values of the group's rows, choose groups with --where, or an earlier time.",
    ),
    "TKK207": Explanation(
        EXIT_DATA,
        "Everyone is censored",
        "Without an event there is nothing to estimate; usually a code is wrong.",
        "Compare the codes of the column (tkk inspect) with --events and --censored.",
    ),
    "TKK208": Explanation(
        EXIT_DATA,
        "A weight is negative",
        "A negative number of people has no meaning and can make a curve rise.",
        "Correct the weights. Rows with weight 0 are left out and counted.",
    ),
    "TKK209": Explanation(
        EXIT_DATA,
        "A frequency weight is not a whole number",
        "A frequency weight says that a row stands for that many identical people.",
        "Use --weight-kind case, or probability for inverse-probability weights: their variance is robust.",
    ),
    "TKK210": Explanation(
        EXIT_USAGE,
        "The kind of weight is not said",
        "The same weights give the same curve but other standard errors: 100 copies of a person are not one person "
        "who counts a hundredfold.",
        "Add --weight-kind frequency, case or probability, together with --weights.",
        "tkk survival cohort.csv --time seuranta --event tila==1 --weights paino --weight-kind probability",
    ),
    "TKK211": Explanation(
        EXIT_DATA,
        "Dates are out of order",
        "An event or an end before the start gives a negative follow-up.",
        "Correct the dates; two-digit years and swapped days and months are the usual cause.",
    ),
    "TKK212": Explanation(
        EXIT_USAGE,
        "The reference is not a group",
        "Every contrast is against the reference group.",
        "Give the code or the label of a group; the message lists them.",
    ),
    "TKK213": Explanation(
        EXIT_USAGE,
        "The event of interest is not among the events",
        "--of names one of the events of --events or --event-date.",
        "Use a name exactly as in --events.",
    ),
    "TKK214": Explanation(
        EXIT_USAGE,
        "It is not clear how follow-up is measured",
        "Follow-up is either a length (--time with --event) or dates (--start, --end and --event-date).",
        "Give one of the two, whole.",
        "tkk survival cohort.csv --start alku --end loppu --event-date paluu_pvm",
    ),
    "TKK215": Explanation(
        EXIT_DATA,
        "The unit of time is not clear",
        "Days read as months make every result thirty times too long.",
        "A unit is day, week, month or year; give it once, in the codebook or with --time-unit.",
    ),
    "TKK216": Explanation(
        EXIT_DATA,
        "The group column has too many different values",
        "It is probably an identifier, a date or a measurement; a curve for each would show people, not groups.",
        "Choose groups with --where, or make a column of classes first. Clusters go to --cluster.",
    ),
    "TKK220": Explanation(
        EXIT_USAGE,
        "The formula cannot be read",
        "The caret stands under the character where reading stopped.",
        "Operators are + - * : / **, functions stand with parentheses, a name with a space or a dash stands "
        "in backticks.",
        'tkk regress kuntoutus.csv ... --formula "ohjelma * sukupuoli + cr(ika, df=3) + strata(toimipaikka)"',
    ),
    "TKK221": Explanation(
        EXIT_USAGE,
        "It is not clear what explains the outcome",
        "A model needs an exposure or covariates, named in one way.",
        "Give --group for the exposure, and one of --covariates, --formula and --adjust.",
        'tkk regress kuntoutus.csv ... --group ohjelma --adjust crude --adjust "ika + sukupuoli"',
    ),
    "TKK222": Explanation(
        EXIT_USAGE,
        "A value that the covariates do not have",
        "A curve for a level that no row has, or for a column outside the model, would be of nobody.",
        "Use the covariates of the model and their levels, as codes or labels; the message lists them.",
        'tkk regress kuntoutus.csv ... --pattern "ohjelma=KIILA,ika=45"',
    ),
    "TKK223": Explanation(
        EXIT_USAGE,
        "A function that the formula may not call, or that cannot be computed",
        "Formulas are never executed as code: only the known functions of numbers are.",
        "Use one of the functions in the message, or make the column beforehand.",
        'tkk regress kuntoutus.csv ... --formula "ohjelma + cr(ika, df=3)"',
    ),
    "TKK224": Explanation(
        EXIT_USAGE,
        "The formula names a column that the file does not have",
        "The caret stands under the name.",
        "Write the name exactly as in the file; tkk inspect lists the columns.",
        "tkk inspect kuntoutus.csv",
    ),
    "TKK225": Explanation(
        EXIT_DATA,
        "A covariate holds dates",
        "A date is neither a number nor a category, and days since 1970 would make coefficients that nobody can read.",
        "Make a number first: the year, or the age on that date.",
    ),
    "TKK226": Explanation(
        EXIT_DATA,
        "A category has too many different values",
        "It is probably an identifier; a coefficient for each value would show people and use up the events.",
        "Put rare classes together in a new column. Rows that belong together go to --cluster or --strata.",
    ),
    "TKK227": Explanation(
        EXIT_DATA,
        "A covariate has the same value on every row",
        "It explains nothing, and its coefficient does not exist.",
        "Leave it out. If it should vary, check --where and the rows left out for missing values.",
    ),
    "TKK228": Explanation(
        EXIT_DATA,
        "A covariate is infinite",
        "One infinite value makes every coefficient meaningless.",
        "Correct the values, or leave the rows out with --where; inside a logarithm, write log(x + 1).",
    ),
    "TKK229": Explanation(
        EXIT_DATA,
        "More columns than events",
        "The coefficients could take any value: the events cannot tell them apart.",
        "Leave out covariates, or put levels together; ten events a column is a common minimum.",
    ),
    "TKK230": Explanation(
        EXIT_DATA,
        "Rows of the same person overlap in time",
        "A person who is at risk twice at once counts twice.",
        "Let each row end where the next one starts: the interval is (entry, exit]. Overlap is allowed between strata.",
        "tkk regress jaksot.csv --time loppu --entry alku --id henkilo ...",
    ),
    "TKK231": Explanation(
        EXIT_USAGE,
        "strata(), offset() or cluster() contradict",
        "Models are compared on the same strata, offset and clusters, each named once.",
        "Give it in every set of --adjust, or once with --strata, --offset or --cluster.",
    ),
    "TKK232": Explanation(
        EXIT_DATA,
        "The lower time is after the upper one",
        "The event lies between the two: after the last time without it and by the first time with it.",
        "Correct the times; the two columns may have changed places.",
        "tkk regress kohortti.csv --lower viimeksi_ilman --upper todettu --model aft --group ohjelma",
    ),
    "TKK233": Explanation(
        EXIT_USAGE,
        "Two outcomes, or half of one",
        "--lower and --upper together are an outcome, and so is --time with --event.",
        "Give one of the two, whole.",
        "tkk regress kohortti.csv --lower viimeksi_ilman --upper todettu --model aft --group ohjelma",
    ),
    "TKK234": Explanation(
        EXIT_DATA,
        "These rows cannot be imputed one by one",
        "Each row gets values of its own, which rows of one person, or the people behind a frequency weight, must not.",
        "Give one row a person, impute before splitting the follow-up, or leave --impute out.",
    ),
    "TKK235": Explanation(
        EXIT_DATA,
        "Too few known values to impute from",
        "The equation that fills a covariate in is learnt from the rows that have it; with as many coefficients as "
        "rows it would fit them exactly and say nothing of the others.",
        "Leave that covariate out, leave out others, or leave --impute out.",
    ),
    "TKK236": Explanation(
        EXIT_USAGE,
        "A covariate is part of the outcome",
        "The time or the event explains itself, and leaves nothing for the other covariates to explain.",
        "Leave it out of --group, --covariates and --formula: covariates are known before the outcome.",
    ),
    "TKK237": Explanation(
        EXIT_DATA,
        "Every row is in the same cluster",
        "A robust variance compares clusters; of one cluster it is zero, and every interval would be a point.",
        "Leave out --cluster, or name the column of the workplace, course or person that rows belong to.",
    ),
    "TKK238": Explanation(
        EXIT_USAGE,
        "Frequency weights for people with several rows",
        "Copies of a person are different people with one id: the robust variance would be too large.",
        "Repeat the rows and give each copy an id of its own, or name the cluster with --cluster.",
    ),
    "TKK240": Explanation(
        EXIT_USAGE,
        "There is no register layout of that name",
        "A layout says which columns a register has and what a row means; tkk knows those that it lists.",
        "Choose a layout from tkk check --layouts; long fits every file with one spell a row.",
        "tkk check --layouts",
    ),
    "TKK241": Explanation(
        EXIT_USAGE,
        "The code list cannot be read",
        "It is neither a list of the package nor a CSV file in UTF-8.",
        "Correct the name or the path in registers.toml, or save the list as CSV UTF-8.",
    ),
    "TKK242": Explanation(
        EXIT_USAGE,
        "The code list lacks a column",
        "A list needs the code and its state; extent, programme, title, source and verified may follow in any order.",
        "Give its first line: code,state. tkk check --codes NAME prints a list of tkk to copy and edit.",
    ),
    "TKK243": Explanation(
        EXIT_USAGE,
        "A code stands twice in the code list",
        "With two lines a code would have two meanings, and the order of the lines would decide.",
        "Delete one of the lines, or shorten a range; one code inside a range may have its own line.",
    ),
    "TKK244": Explanation(
        EXIT_USAGE,
        "A value in the code list cannot be read",
        "extent is a share from 0 to 1, verified is yes or no, a range is two whole numbers with a hyphen between.",
        "Correct the line that the message names.",
    ),
    "TKK245": Explanation(
        EXIT_USAGE,
        "A state is not in the table of states",
        "Codes become states, and the table of states says what each means and which comes first.",
        "Correct the state in the code list or in registers.toml, or add it to your own states.csv.",
    ),
    "TKK246": Explanation(
        EXIT_USAGE,
        "The settings of the source do not fit its layout",
        "The layout needs to know what the rows say, and when: a state or codes, a first month, a unit.",
        "Correct the settings of the source in registers.toml as the message says.",
    ),
    "TKK247": Explanation(
        EXIT_DATA,
        "Columns do not fit the layout",
        "A wide layout reads the time from the names of columns; a week 53 in a year of 52 weeks is no time, and a "
        "time that stands twice is two columns for one cell.",
        "Correct the names of the columns in the file, or say which are meant under columns in registers.toml.",
    ),
    "TKK248": Explanation(
        EXIT_USAGE,
        "Nothing tells the kind of the benefit or measure",
        "A full and a partial benefit, or two programmes, would be taken for the same.",
        'In registers.toml name the column of codes, columns = { code = "..." }, or give one state to every row, '
        'state = "...", where the layout takes it.',
    ),
    "TKK249": Explanation(
        EXIT_USAGE,
        "A setting needs a column that the source does not have",
        "What the setting asks for cannot be told from the columns that were found.",
        "Name the column under columns in registers.toml, or choose another value of the setting.",
    ),
    "TKK253": Explanation(
        EXIT_OK,
        "The plan names programmes or regions that no row has",
        "A misspelt name leaves its persons out, or in another group, without a trace.",
        "Compare the names with tkk check registers.toml; a name that a register rightly lacks may stay.",
    ),
    "TKK254": Explanation(
        EXIT_OK,
        "Every spell of a source is open",
        "The column of ends was not found, or is empty: whoever was ever absent would be so to the end of follow-up.",
        'Look at the columns in tkk check, and name that of ends: columns = { end = "..." }.',
    ),
    # 26x and 27x checks of registers ---------------------------------------------------------------------------------
    "TKK260": Explanation(
        EXIT_DATA,
        "The person keys of a source are written in two forms",
        "The same person under two keys would be two persons, each with half a career.",
        "Write the keys alike (leading zeros, dashes, decimals), or make two sources of the file.",
        "000123 and 123 in one file; 123.0 where a program took keys for numbers",
    ),
    "TKK261": Explanation(
        EXIT_OK,
        "Trap 1: the person key has two names or two forms",
        "The key is shnro in older and hid_e in newer deliveries; keys of another form match nobody.",
        "Ask the data owner for one key in all files of the project, and look at the table of linkage.",
    ),
    "TKK262": Explanation(
        EXIT_USAGE,
        "Trap 2: employment spells on both sides of 2018/19",
        "From 2019 on they come from the Incomes Register: payment periods, joined where the gap is a month or less, "
        "instead of contracts. Return to work from employment spells is not comparable across the border.",
        "Write a choice in registers.toml: drop (spells from 2019 on are left out), indicator or keep.",
        '[breaks]\n2019 = "indicator"',
    ),
    "TKK263": Explanation(
        EXIT_USAGE,
        "Trap 3: pension spells from 2023 on, or starting in 1995 or 1998",
        "From 2023 on temporary and partial disability pensions cannot be told from full ones; occupational pensions "
        "granted afterwards are missing in 1995 and 1998.",
        "Write a choice in registers.toml: drop (spells from 2023 on are left out), indicator or keep.",
        '[breaks]\n2023 = "drop"',
    ),
    "TKK264": Explanation(
        EXIT_OK,
        "Trap 4: no source gives sickness absence, or none gives disability pensions",
        "A contract goes on during sickness absence and beside a pension: without these benefits everyone who has a "
        "contract is at work. Benefits of the Incomes Register hold neither.",
        "Add sickness allowance of Kela and pensions of ETK or FOLK as sources, or say that contracts are meant.",
    ),
    "TKK265": Explanation(
        EXIT_OK,
        "Trap 5: main activity of the last week of the year",
        "It is the status of one week, and the unemployed are inferred before the employed: part-time workers on a "
        "benefit are unemployed, people on paid family leave are employed.",
        "Use it as a background variable; take states from spells.",
    ),
    "TKK266": Explanation(
        EXIT_OK,
        "Trap 6: the last year or two are incomplete",
        "Most variables are known to the year before the last, pensions to the year before that. Follow-up into an "
        "incomplete year takes missing spells for none.",
        "End the follow-up before the incomplete year (last under [follow_up] of cohort.toml).",
    ),
    "TKK267": Explanation(
        EXIT_OK,
        "Trap 7: deaths stand on an earlier statistical year, or rows and spells come after death",
        "The death of a year stands on the row of the year before: taken as known then, it looks into the future.",
        "tkk uses the day of death and never the year of the row; look at rows after death with the data owner.",
    ),
    "TKK268": Explanation(
        EXIT_OK,
        "Trap 8: employment spells of 1987 to 2004",
        "Before 1995 about a quarter of the last-week jobs are missing (all self-employed, a fifth of municipal jobs).",
        "Begin the look-back in 2005, or at least in 1995.",
    ),
    "TKK269": Explanation(
        EXIT_OK,
        "Trap 9: employer keys changed at 2004/05",
        "In the public sector the same employer has another key: nobody stays with the same employer over the border.",
        "Keep look-back and follow-up of same-employer retention on one side of the border.",
    ),
    "TKK270": Explanation(
        EXIT_OK,
        "Trap 10: ages in spells changed in 2016",
        "Spells hold ages from 15 on up to 2015 and from 18 on from 2016.",
        "Limit ages to 18 and over in all years (age under [eligibility] of cohort.toml).",
    ),
    "TKK271": Explanation(
        EXIT_OK,
        "Trap 11: the classification of occupations or education changes between years",
        "The same code means something else, or the same occupation has another code, before and after.",
        "Use one classification for all years, or its first digit where the classifications share it.",
    ),
    "TKK272": Explanation(
        EXIT_OK,
        "Trap 12: municipalities follow the division of another year, or merge",
        "kunta follows the division of the next year from 1999 on; merged municipalities disappear.",
        "Use kunta31_12, and one division for all years.",
    ),
    "TKK273": Explanation(
        EXIT_OK,
        "Trap 13: unfinished spells stand in several rows",
        "From 2023 on a delivery repeats unfinished spells and keeps those that were deleted later.",
        "tkk takes the union of such spells; ask for the newest delivery of every year.",
    ),
    "TKK274": Explanation(
        EXIT_OK,
        "Trap 14: spells without an end",
        "A missing end means that the spell goes on; dropping it would drop the longest absences.",
        "Nothing: tkk keeps open spells to the end of follow-up.",
    ),
    "TKK275": Explanation(
        EXIT_OK,
        "Rows stand twice, or spells of one state overlap",
        "Repeated rows count once, overlapping spells as their union; much of either shows a wrong extraction.",
        "Compare the number with the description of the register.",
    ),
    "TKK276": Explanation(
        EXIT_OK,
        "Codes are in use whose meaning was not verified",
        "The code list is a proposal of tkk there: a wrong state would change every outcome.",
        "Compare the table of codes with the register's description; your own list (codes = ...) may say verified.",
    ),
    "TKK277": Explanation(
        EXIT_OK,
        "Spells of people without a person row, or before birth",
        "Without a person row age, sex, death and residence are not known; such people leave at the first step that "
        "asks. A spell before birth shows that keys or dates are wrong.",
        "See the table of linkage; ask for person rows of everyone in the spells.",
    ),
    "TKK278": Explanation(
        EXIT_OK,
        "Rows are set aside",
        "A row without a key, with a date that is none, with an unknown code or outside the register's years cannot be "
        "used.",
        "Write their row numbers and reasons to a file with --rejects, and correct dates, code list or years.",
        "tkk check registers.toml --rejects hylatyt.csv",
    ),
    "TKK279": Explanation(
        EXIT_USAGE,
        "The engine cannot have that memory or those threads",
        "Nothing was computed.",
        "Give memory as a number with a unit (500MB, 4GB) and threads as a whole number; 0 takes all processors.",
        "tkk check registers.toml --memory 4GB --threads 2",
    ),
    "TKK280": Explanation(
        EXIT_USAGE,
        "The engine has too little memory or disk",
        "What does not fit in memory is written to disk; a sort needs some memory all the same. Stages that were done "
        "are kept, and nothing is half-written.",
        "Give more with --memory, fewer --threads, or a folder with room with --temp and --work.",
        "tkk cohort cohort.toml --memory 4GB --threads 1 --temp D:\\temp",
    ),
    "TKK281": Explanation(
        EXIT_USAGE,
        "Synthetic registers cannot be made so",
        "A size, seed, year, register, format or trap is unknown or out of range, or a trap has no room in the years.",
        "See tkk simulate registers --help; --traps all chooses years that hold every trap.",
        "tkk simulate registers --persons 1000 --traps 2,3 --output rekisterit",
    ),
    "TKK282": Explanation(
        EXIT_USAGE,
        "The folder holds something else",
        "Synthetic registers replace the whole folder. It has files that tkk simulate registers did not write, or not "
        "all of it: they would be lost.",
        "Give a new folder with --output.",
    ),
    "TKK283": Explanation(
        EXIT_USAGE,
        "The plan of a cohort cannot be read",
        "The file is not there, is not UTF-8 text, or is no TOML; nothing was read of the registers.",
        "Check the name, and that texts stand in quotes and dates as 2015-12-31.",
    ),
    "TKK284": Explanation(
        EXIT_USAGE,
        "The plan of a cohort has a section or key that does not exist",
        "A key that is spelled wrong would be ignored, and a default used in its place without a word.",
        "Correct the name, or delete it; a setting stands under the section that it belongs to.",
    ),
    "TKK285": Explanation(
        EXIT_USAGE,
        "A setting of the plan of a cohort is missing or of the wrong kind",
        "tkk does not guess what was meant.",
        "Write what the message says the setting takes.",
        "[index]\nfirst = 2015-01-01\nmin_days = 30",
    ),
    "TKK286": Explanation(
        EXIT_USAGE,
        "Two settings of the plan of a cohort contradict each other",
        "One of them would have to be ignored, and the cohort would be another than the one described.",
        "Change one of the two as the hint says.",
    ),
    "TKK287": Explanation(
        EXIT_USAGE,
        "The plan of a cohort names a state that does not exist",
        "States are those of the table of states, the package's or one's own; a default of the plan may name one that "
        "one's own table lacks.",
        "Correct the name, or write the setting with states of the table.",
        '[follow_up]\ncompeting = ["death"]',
    ),
    "TKK288": Explanation(
        EXIT_USAGE,
        "The look-back does not give this covariate",
        "It depends on the length of the look-back (quarters) and on the table of states (days).",
        "Correct the name, or make the look-back longer.",
        '[look_back]\ndays = 1095\ncovariates = ["age", "sex", "work_share", "state_history"]',
    ),
    "TKK289": Explanation(
        EXIT_USAGE,
        "The name of an outcome cannot begin the names of columns",
        "The name stands before every column of the outcome, in formats that allow no other letters, and must not hide "
        "the columns of the cohort itself.",
        "Use small letters a to z, digits and _.",
        '[outcome.paluu]\nuse = "O2"',
    ),
    "TKK290": Explanation(
        EXIT_DATA,
        "The registers cover no day of which something is known",
        "There is no usable spell, or the years of the sources do not overlap: nothing seen would mean nothing.",
        "See tkk check for rows that were set aside, and years of each source in registers.toml.",
    ),
    "TKK291": Explanation(
        EXIT_DATA,
        "Nobody is left in the cohort",
        "The message names the step after which nobody was left, and how many it left out.",
        "Look at this step in the plan, and whether the registers hold the states, years or persons that it asks for.",
    ),
    "TKK292": Explanation(
        EXIT_USAGE,
        "The list of diagnosis groups cannot be used",
        "It is a CSV with the columns prefix, group, fi, sv, en, source and verified; each prefix is the beginning of "
        "ICD-10 codes, or * for every other code.",
        "Correct the line that the message names.",
    ),
    "TKK293": Explanation(
        EXIT_OK,
        "The end of the registers was guessed",
        "No source states its years, so the last start or end that is seen is taken; an end that lies in the future "
        "makes it too late, and people seem to be without any state until then.",
        "Write years = [first, last] for each source in registers.toml, or last in [follow_up].",
    ),
    "TKK294": Explanation(
        EXIT_OK,
        "Immortal time: programmes that start after day zero",
        "Who is in the programme group had to stay without an event until the programme started, and the comparison "
        "group did not: the programme looks better than it is.",
        "Use a landmark so that everyone's time begins when the programme is known, or the start of the programme as "
        "the index event.",
        "[follow_up]\nlandmark = 90",
    ),
    "TKK295": Explanation(
        EXIT_OK,
        "Immortal time: the index spell is known to be long enough only later",
        "Day zero is the first day of the spell, but only spells that last are taken: until then nobody can return, by "
        "design.",
        'Use origin = "qualified": day zero is then the day on which the spell has lasted long enough.',
        '[index]\nmin_days = 30\norigin = "qualified"',
    ),
    "TKK296": Explanation(
        EXIT_OK,
        "Day zero is the end of programmes of different length",
        "An institutional programme takes a year or more and a short one some weeks: at their ends the people are at "
        "different times after what brought them in.",
        "Use the start of the programme as the index event, with a landmark if needed.",
        '[index]\nevent = "rehabilitation_start"',
    ),
    "TKK297": Explanation(
        EXIT_OK,
        "The beginning of the registers was guessed",
        "No source states its years, so 1 January of the year of the earliest spell is taken; a register that begins "
        "later shows an empty look-back where nothing is known.",
        "Write years = [first, last] for each source in registers.toml.",
    ),
    "TKK298": Explanation(
        EXIT_OK,
        "Programmes that started before day zero",
        "These people are seen from later on in their programme, and what the look-back shows may be its effect.",
        "Leave before out of [programme], or use the start of the programme as the index event.",
    ),
    "TKK299": Explanation(
        EXIT_OK,
        "People who are in a competing state before day zero",
        "Who has a disability pension already cannot return or be pensioned as others can: the competing event stands "
        "at time 0, and the incidence of it is overstated.",
        "Leave them out by the states they are in.",
        '[eligibility]\nwithout = ["disability_pension", "old_age_pension"]',
    ),
    # 3xx estimation --------------------------------------------------------------------------------------------------
    "TKK301": Explanation(
        EXIT_USAGE,
        "1 - Kaplan-Meier with competing events is refused",
        "It treats people who died or retired as if they could still return to work, so the probability of returning "
        "is overstated, and the probabilities of the events add up to more than 1.",
        "Leave out --method: the Aalen-Johansen cumulative incidence is the probability that really happens. For the "
        "rate among those still at risk, see the cause-specific cumulative hazards in the same output.",
    ),
    "TKK303": Explanation(
        EXIT_USAGE,
        "The horizon is beyond the last follow-up of a group",
        "The area would include a time through which nobody was followed; other programs extend the curve in silence.",
        "Choose a shorter --horizon, or --extend-horizon if a flat continuation is what you mean.",
    ),
    "TKK304": Explanation(
        EXIT_USAGE,
        "An option cannot have this value",
        "tkk does not guess what was meant.",
        "The hint says what the option takes; tkk COMMAND --help lists all options.",
    ),
    "TKK305": Explanation(
        EXIT_USAGE,
        "A test needs at least two groups",
        "There is nothing to compare.",
        "Give --group COLUMN, or leave out --test, --trend and --pairwise.",
    ),
    "TKK306": Explanation(
        EXIT_USAGE,
        "An option of another model",
        "The model asked for has no such option; a number that ignored it would mislead.",
        "Leave the option out, or choose the model that it belongs to (tkk regress --help lists them).",
        "tkk regress kuntoutus.csv ... --model poisson --cuts 90,180,365",
    ),
    "TKK307": Explanation(
        EXIT_DATA,
        "An effect cannot be estimated in every completed data set",
        "In one of the imputed data sets a column was determined by others or separated the events.",
        "Leave the column out, or put its rare levels together.",
    ),
    "TKK308": Explanation(
        EXIT_USAGE,
        "The variance asked for would ignore something",
        "A model-based variance knows nothing of clusters; Fine-Gray and pseudo-values have a robust one only.",
        "Use --variance robust, or leave --variance out.",
    ),
    "TKK309": Explanation(
        EXIT_USAGE,
        "Curves are not given after multiple imputation",
        "Only coefficients are pooled over the completed data sets.",
        "Leave out --at and --pattern, or --impute.",
    ),
    "TKK310": Explanation(
        EXIT_USAGE,
        "Residuals are not made for this analysis",
        "They are those of one Cox model on one data set.",
        "Use --model cox with one adjustment set and without --impute.",
    ),
    "TKK312": Explanation(
        EXIT_USAGE,
        "This estimator does not take late entry",
        "Gray's test and Aalen's variance are defined for people followed from the start; counting late entrants from "
        "the start would give them time at risk that they did not have.",
        "Use --test log_rank (cause-specific hazards) and --variance robust.",
    ),
    "TKK313": Explanation(
        EXIT_USAGE,
        "This estimator does not take case or probability weights",
        "Its variance counts people; with weights it would be of the wrong size.",
        "Use --variance robust, and --test log_rank, whose variance is then robust.",
    ),
    "TKK314": Explanation(
        EXIT_USAGE,
        "This estimator does not take clusters",
        "Its variance takes rows as independent, so people of one workplace would count as more than they are.",
        "Use --variance robust, and --test log_rank, whose variance is then robust.",
    ),
    "TKK315": Explanation(
        EXIT_USAGE,
        "This variance does not belong to this estimator",
        "Greenwood's variance is of a single event's curve, Aalen's of a cumulative incidence with competing events.",
        "Use --variance robust, which is for both, or leave the option out.",
    ),
    "TKK316": Explanation(
        EXIT_USAGE,
        "Gray's test has no version for trend",
        "Its variance is for the difference of incidences between groups in no order.",
        "Use --test log_rank --trend.",
    ),
    "TKK317": Explanation(
        EXIT_DATA,
        "A group is a single cluster",
        "The robust variance measures differences between clusters; with one cluster it is 0 whatever the data, and "
        "every interval would have no width.",
        "Use a finer cluster, leave the group out with --where, or leave out --cluster and say so.",
    ),
    "TKK320": Explanation(
        EXIT_DATA,
        "A covariate or the offset is not a number",
        "A missing or infinite value has no place in a hazard, and leaving its row out without a word would change the "
        "people that the model is about.",
        "Leave the rows out with --where, or impute with --impute.",
    ),
    "TKK321": Explanation(
        EXIT_DATA,
        "No events of a cause",
        "A hazard ratio compares those who have the event with those who could have had it; nobody has it.",
        "Look at the codes of --event or --events, and at which rows were left out.",
    ),
    "TKK322": Explanation(
        EXIT_DATA,
        "More columns than events",
        "Each event tells at most one coefficient; with more columns the likelihood has no useful maximum.",
        "Leave out covariates, or put rare levels together.",
    ),
    "TKK323": Explanation(
        EXIT_USAGE,
        "Exact ties do not go with weights or a robust variance",
        "The exact likelihood counts the ways in which the events could have fallen on those at risk: a weight has no "
        "part in a count, and there are no score residuals for a robust variance.",
        "Use --ties efron, which is close to it.",
    ),
    "TKK324": Explanation(
        EXIT_USAGE,
        "The exact likelihood is out of reach",
        "It sums over all ways to choose those who had the event among those at risk; the time grows with the "
        "number of ties times the number at risk, at every event time.",
        "Use --ties efron: it is close to the exact likelihood, and linear in the number of people.",
    ),
    "TKK325": Explanation(
        EXIT_DATA,
        "Residuals of an infinite effect",
        "Where all events fall on one side of a column its coefficient is infinite and the hazards of the model are 0 "
        "or infinite; nothing is left over from them.",
        "Leave the covariate out, put rare levels together, or use --penalty.",
    ),
    "TKK326": Explanation(
        EXIT_USAGE,
        "Residuals with effects that change over time",
        "The rows are split in time for such an effect, so a residual would belong to a piece and not to a "
        "row of the file.",
        "Leave out --split-at and --time-varying.",
    ),
    "TKK327": Explanation(
        EXIT_USAGE,
        "A time does not suit an effect over time",
        "An effect can be estimated for a period only from events in it; log time has no value at 0; follow-up that "
        "ends at 0 cannot be parted.",
        "Choose other times for --split-at, another --ph-test, or leave out rows that end at 0.",
    ),
    "TKK328": Explanation(
        EXIT_USAGE,
        "An effect that changes over time cannot be formed",
        "The column must be a term of the model of its own, and the function of time one that tkk knows and that has a "
        "value at every event time.",
        'Use --split-at 90,365 with --group, or --time-varying "ika=log,ohjelma=identity".',
    ),
    "TKK329": Explanation(
        EXIT_USAGE,
        "Too many rows for an effect that follows time",
        "Such a covariate has another value at every event time, so each person needs a row for each of them.",
        "Let the effect change by period with --split-at, or measure time in weeks or months.",
    ),
    "TKK330": Explanation(
        EXIT_DATA,
        "A Fine-Gray model cannot be fitted to these rows",
        "Nobody has the event, only one event is named, or a covariate is not a number; the model compares incidences "
        "of an event among competing ones.",
        "Name every event with --events, and look at which rows were left out.",
        'tkk regress kuntoutus.csv ... --model fine-gray --events "tyohonpaluu=1,elake=2,kuolema=3"',
    ),
    "TKK331": Explanation(
        EXIT_USAGE,
        "The Fine-Gray convention does not have this",
        "cmprsk::crr takes neither late entry nor Efron's ties; a variance with the term for the estimated censoring "
        "curve is not known for late entry.",
        "Use --convention finegray, which has both, or leave the option out.",
        "tkk regress kuntoutus.csv ... --model fine-gray --convention finegray --entry alku",
    ),
    "TKK332": Explanation(
        EXIT_DATA,
        "The rows leave a Fine-Gray model without weights",
        "After a competing event a person stays at risk with the weight of not being censored: a person's rows must "
        "follow each other and end with the event, and some must be at risk at all times.",
        "Correct the rows of --id; leave out the earliest late entries; --model cox takes events that repeat.",
    ),
    "TKK333": Explanation(
        EXIT_USAGE,
        "This model takes no strata",
        "A parametric or spline model states one shape of the hazard for everyone; strata would need one each.",
        "Put the column among the covariates, or use --model cox, where a stratum has a baseline of its own.",
    ),
    "TKK334": Explanation(
        EXIT_DATA,
        "A time that a parametric model cannot have",
        "The models are of the logarithm of time, so an event at time 0 has no likelihood; nor has someone who was "
        "last known to be without the event before follow-up began.",
        "Leave the rows out by --where, add half a unit to every time, or set --lower to the entry.",
    ),
    "TKK335": Explanation(
        EXIT_USAGE,
        "A curve of one event among several",
        "The model is of one event and takes the others as censored: its effects are on that event's hazard, but its "
        "curve is not the probability of the event, since a competing event may come first.",
        "Leave out --at and --pattern, or use --model cox or --model fine-gray, whose curves are incidences.",
    ),
    "TKK336": Explanation(
        EXIT_DATA,
        "A parametric model cannot be fitted to these rows",
        "Nobody has the event, a covariate is not a number, the events are at too few different times, or the "
        "likelihood has no single highest point.",
        "Look at which rows were left out; choose a simpler --distribution or a smaller --spline-df.",
        "tkk regress kuntoutus.csv ... --model spline --spline-df 2",
    ),
    "TKK337": Explanation(
        EXIT_USAGE,
        "Cuts or time scales that do not fit the follow-up",
        "A cut after all follow-up parts nothing, and bands that are many or have no width are a slip of the unit.",
        "Cuts are in the unit of the analysis; time scales and their widths in years.",
        'tkk regress kuntoutus.csv ... --model poisson --cuts 90,180,365 --time-scales "ika=5,alkuvuosi=1"',
    ),
    "TKK338": Explanation(
        EXIT_USAGE,
        "A column of a time scale or rate table does not fit the model",
        "A time scale cannot be a covariate at once, and a reference rate can be looked up only by a time scale or by "
        "a covariate of the model.",
        "Name each column once: in --time-scales with its width, or among the covariates.",
        'tkk regress kuntoutus.csv ... --model poisson --covariates sukup --time-scales "ika=5" --rate-table rates.csv',
    ),
    "TKK339": Explanation(
        EXIT_DATA,
        "The times do not fit the periods of a discrete-time model",
        "In each period a person is at risk or not: an entry inside it, an event after the last one, or hundreds of "
        "event times leave that open.",
        "Give the ends of the periods with --cuts, the last one at or after the last event; or use --model cox.",
        "tkk regress kuntoutus.csv ... --model discrete --cuts 90,180,270,365",
    ),
    "TKK340": Explanation(
        EXIT_DATA,
        "A model on pieces of follow-up cannot give this",
        "Nobody has the event, a column separates the causes, or a curve would need rates that the model lacks.",
        "Leave out the option, cause or column named; --model cox gives curves with several causes.",
    ),
    "TKK341": Explanation(
        EXIT_DATA,
        "The rate table lacks rates, or has unusable ones",
        "Expected events need exactly one rate above 0 for each piece of follow-up.",
        "Add the missing rows, or end follow-up where the table ends; lower limits of bands go into its columns.",
    ),
    "TKK342": Explanation(
        EXIT_DATA,
        "The model does not take late entry, strata or an offset",
        "The number would be of other people than those of the file, or would leave something out in silence.",
        "The message names what is not taken and a model that takes it.",
        "tkk regress kohortti.csv --model cox --entry tulo ...",
    ),
    "TKK343": Explanation(
        EXIT_USAGE,
        "The quantity, link and times of pseudo-observations contradict",
        "survival and incidence are of the times of --at, means of a horizon; cloglog is of probabilities.",
        "Change the option that the message names.",
        "tkk regress kohortti.csv --model pseudo --quantity incidence --at 180,365 --link cloglog ...",
    ),
    "TKK344": Explanation(
        EXIT_USAGE,
        "A time beyond the last follow-up of a group",
        "The pseudo-values would be of a time through which nobody was followed.",
        "Use an earlier --at or --horizon; the message gives the latest.",
    ),
    "TKK345": Explanation(
        EXIT_DATA,
        "The regression on pseudo-values or of additive hazards cannot be estimated",
        "The equations have no finite solution, or nobody has the event while the covariates can be told apart.",
        "Put levels together, leave out covariates, or use --link identity.",
    ),
    # 35x to 39x warnings that come with a result ---------------------------------------------------------------------
    "TKK346": Explanation(
        EXIT_USAGE,
        "No such outcome in the dictionary",
        "Every outcome is a published definition with a code (O2) and a name (sustained_rtw).",
        "See tkk outcomes list; tkk outcomes show O2 has the definition and how to write it.",
        "tkk outcomes list --aim 3",
    ),
    "TKK347": Explanation(
        EXIT_USAGE,
        "A parameter of an outcome does not fit",
        "A definition is the outcome with all of its parameters; a misspelt one would silently leave the default.",
        "Use the parameters, choices and states that tkk outcomes show prints.",
        "tkk outcomes show O2",
    ),
    "TKK348": Explanation(
        EXIT_USAGE,
        "The outcome belongs to tkk career",
        "Working-life expectancy, years lost, trajectories, sequences and occupancy are of many persons or many states "
        "over time, not a value of each person.",
        "Write a grid of states with tkk cohort --grid month and leave the outcome out of cohort.toml.",
        "tkk cohort cohort.toml --grid month",
    ),
    "TKK349": Explanation(
        EXIT_USAGE,
        "The table of prices cannot be used",
        "Earnings of several years compare only at the prices of one of them.",
        "Give a CSV file with the columns year and index, a row a year, each index above 0, base_year among them.",
        'cpi = "hinnat.csv"',
    ),
    "TKK350": Explanation(
        EXIT_USAGE,
        "The columns of an outcome have no usable name",
        "The prefix begins the name of every column of the outcome, and names must differ in the cohort file.",
        "Name the table [outcome.PREFIX] with letters a to z, digits and _, each prefix once.",
        "[outcome.paluu28]",
    ),
    "TKK351": Explanation(
        EXIT_OK,
        "Few clusters",
        "The robust variance is too small on average when there are fewer than about 30 clusters.",
        "Report the number of clusters, and read narrow intervals with caution.",
    ),
    "TKK352": Explanation(
        EXIT_OK,
        "The horizon was extended",
        "The curve was carried forward flat beyond the last follow-up of a group, as --extend-horizon allows.",
        "Choose a horizon that every group reaches.",
    ),
    "TKK353": Explanation(
        EXIT_OK,
        "Competing events are counted as censored",
        "Censoring means that the event may still come. If the code means death or a permanent pension, the estimate "
        "is of a world where these do not happen.",
        "Name the codes in --events; the estimate is then the cumulative incidence.",
    ),
    "TKK354": Explanation(
        EXIT_OK,
        "Events after the end of follow-up",
        "They are outside the period that is known for everyone, so they are censored at the end.",
        "Check whether --end is the end of follow-up or of something else.",
    ),
    "TKK355": Explanation(
        EXIT_OK,
        "Follow-up of more than 120 years",
        "The unit of the times is probably wrong.",
        "Give the unit of the time column with --time-unit, or in the codebook.",
    ),
    "TKK356": Explanation(
        EXIT_OK,
        "A group has no event",
        "Its curve is flat, its intervals have no width, and ratios with it are not estimable.",
        "Report it as no events observed, with the person-time.",
    ),
    "TKK357": Explanation(
        EXIT_OK,
        "A small early risk set drives the curve",
        "With late entry few are at risk at first; one event among them moves the whole curve.",
        "Use --conditional TIME to start the curve where enough people are at risk, and say so.",
    ),
    "TKK358": Explanation(
        EXIT_OK,
        "A time is beyond a group's last follow-up",
        "The value is the last one of the curve, carried forward; nobody is followed there.",
        "Ask for earlier times.",
    ),
    "TKK359": Explanation(
        EXIT_OK,
        "The curve reached 0 in an early risk set",
        "With late entry everyone at risk had the event at an early time; the curve stays at 0 although others came "
        "later.",
        "Use --conditional TIME after that time.",
    ),
    "TKK360": Explanation(
        EXIT_OK,
        "A test is not possible",
        "The groups are never at risk together at the time of an event, so nothing can be compared.",
        "Look at the curves; compare a later period with --landmark.",
    ),
    "TKK361": Explanation(
        EXIT_OK,
        "Group names that differ only in capitals or spaces",
        "They are counted as different groups, which is rarely meant.",
        "Make the spelling the same in the file, or choose groups with --where.",
    ),
    "TKK362": Explanation(
        EXIT_OK,
        "A column of a Cox model was left out",
        "The columns before it determine it (or it does not vary among those at risk), so its effect cannot be told "
        "apart from theirs.",
        "Leave the covariate out, or choose other categories.",
    ),
    "TKK363": Explanation(
        EXIT_OK,
        "An infinite effect in a Cox model",
        "All events fall on one side of the column (separation): the likelihood rises for ever as the effect grows, "
        "and no finite estimate or interval exists.",
        "Put rare levels together, leave the covariate out, or use --penalty.",
    ),
    "TKK364": Explanation(
        EXIT_OK,
        "A Cox model did not converge",
        "The steps towards the maximum did not become small; the estimates are those of the last step.",
        "Look for columns that nearly determine each other and for extreme values; simplify the model.",
    ),
    "TKK365": Explanation(
        EXIT_OK,
        "Few events per parameter",
        "With fewer than about ten events for each coefficient estimates are pulled from zero and intervals too short.",
        "Adjust for fewer covariates, or use --penalty.",
    ),
    "TKK366": Explanation(
        EXIT_OK,
        "Influential clusters",
        "Leaving out one cluster would move a coefficient by more than its model-based standard error.",
        "Look at the rows with --residuals, and report the analysis without them too.",
    ),
    "TKK369": Explanation(
        EXIT_OK,
        "Some curves are not given",
        "A curve needs finite coefficients, covariates that keep their value, and for an average one row a person.",
        "Take out the covariate that separates the events; fit a model without effects that change over time.",
    ),
    "TKK370": Explanation(
        EXIT_OK,
        "An effect on the incidence cannot be estimated",
        "The column is determined by others, or it separates those with the event from everyone else: its ratio is "
        "then 0 or without bound.",
        "Leave the column out, or put its rare levels together.",
    ),
    "TKK371": Explanation(
        EXIT_OK,
        "The Fine-Gray fit did not converge",
        "The estimates are those of the last step and are not to be used.",
        "Use fewer columns, put rare levels together, or centre and scale large covariates.",
    ),
    "TKK372": Explanation(
        EXIT_OK,
        "A time ratio or hazard ratio without end",
        "Nobody with this value of the covariate has the event (or everyone has it at once), so the larger the effect, "
        "the better the model fits. The row says infinite; the other effects are those of the limit.",
        "Put rare levels together, or leave the column out and say so.",
    ),
    "TKK373": Explanation(
        EXIT_OK,
        "A column that the others determine",
        "Its effect cannot be told from theirs; it was left out, as R does (NA).",
        "Leave one of the columns out.",
    ),
    "TKK374": Explanation(
        EXIT_OK,
        "The fit of a parametric model did not settle",
        "The steps ended before the likelihood stopped rising: the last digits, or more, are not to be trusted.",
        "Choose a simpler --distribution or a smaller --spline-df, or put rare levels together.",
    ),
    "TKK375": Explanation(
        EXIT_OK,
        "The spline bends back",
        "Somewhere between the first and the last event the fitted survival rises, which no survival can.",
        "Choose a smaller --spline-df.",
        "tkk regress kuntoutus.csv ... --model spline --spline-df 2",
    ),
    "TKK376": Explanation(
        EXIT_OK,
        "A level or period without events, or with nothing else",
        "Its ratio is 0 or without bound: the data hold no finite estimate. The other effects are those of the rows "
        "that are left.",
        "Put rare levels together, or give fewer cuts.",
    ),
    "TKK377": Explanation(
        EXIT_OK,
        "A column that others determine was dropped",
        "Its effect cannot be told from theirs.",
        "Leave it out of the formula, or one of the others.",
    ),
    "TKK378": Explanation(
        EXIT_OK,
        "The fit of rates or periods did not converge",
        "The estimates are those of the last step and are not to be used.",
        "Use fewer columns, or put rare levels together.",
    ),
    "TKK379": Explanation(
        EXIT_OK,
        "Many are censored inside a period",
        "They are not at risk in it, while those with an event in it are: its chance of the event is too high.",
        "Put cuts where follow-up ends, give more of them, or use --model poisson or cox.",
        "tkk regress kuntoutus.csv ... --model discrete --cuts 30,60,90,120,150,180,365",
    ),
    "TKK380": Explanation(
        EXIT_OK,
        "Fitted probabilities outside 0 and 1",
        "A regression with the identity link is a straight line: for some people it runs out of the range.",
        "The average effect still stands; --link cloglog keeps every fitted probability in the range.",
    ),
    "TKK381": Explanation(
        EXIT_OK,
        "A column that others determine was left out",
        "Its effect cannot be told from theirs (pseudo-observations and additive hazards).",
        "Leave out one of the columns that say the same.",
    ),
    "TKK385": Explanation(
        EXIT_OK,
        "A level only in rows that were left out",
        "Every row with the level lacks another value, so the result says nothing about it.",
        "Look at which column is missing on these rows; --impute keeps them.",
    ),
    "TKK386": Explanation(
        EXIT_OK,
        "A level without events",
        "Its coefficient runs to minus infinity and its interval has no upper or lower limit.",
        "Put it together with another level, or leave it out and say so.",
    ),
    "TKK387": Explanation(
        EXIT_OK,
        "Gaps between the rows of a person",
        "In a gap the person is not at risk: an event there is not counted.",
        "Check that the gaps are real, for example time abroad.",
    ),
    "TKK388": Explanation(
        EXIT_OK,
        "Several rows a person without --entry",
        "Every row then counts from time 0, as separate spells do; pieces of one follow-up need the time at "
        "which they start.",
        "Give --entry if the rows are pieces of one follow-up.",
    ),
    "TKK390": Explanation(
        EXIT_OK,
        "A competing event whose model could not be pooled",
        "In a completed data set one of its effects is infinite or cannot be told from others; too few events bear it.",
        "Put rare events together in --events, or use fewer covariates.",
    ),
    "TKK395": Explanation(
        EXIT_OK,
        "Proportional hazards are not tested",
        "The test needs finite coefficients.",
        "Take out, or put together, the level that has no events.",
    ),
    "TKK396": Explanation(
        EXIT_OK,
        "An effect seems to change over time",
        "The hazard ratio is then an average over the follow-up, and depends on how long people are followed.",
        "Look at effect_over_time; let the effect change with --split-at, or stratify with strata(...).",
    ),
    # 4xx definitions -------------------------------------------------------------------------------------------------
    "TKK400": Explanation(
        EXIT_USAGE,
        "The outcome has no window to vary",
        "The sensitivity of a return is to how long it must last; an outcome without such a length has no table of it.",
        "Choose O2, O3, O4, O11 or O16, or a prefix of cohort.toml that is one of them.",
        "tkk outcomes sensitivity cohort.toml --outcome O2",
    ),
    "TKK401": Explanation(
        EXIT_USAGE,
        "A definition to vary cannot be read",
        "Windows are whole days, origins and rules for partial return are names; each value gives rows of its own.",
        "Separate the values by commas, each once.",
        "tkk outcomes sensitivity cohort.toml --windows 14,28,60,90 --origins start,end",
    ),
    "TKK402": Explanation(
        EXIT_DATA,
        "Nobody has the origin",
        "An origin moves day zero of the members of the cohort; none of them has that date within the days looked at.",
        "Leave the origin out, or lengthen [look_back] or [follow_up] of cohort.toml.",
        "tkk outcomes sensitivity cohort.toml --origins index,start",
    ),
    "TKK403": Explanation(
        EXIT_USAGE,
        "The plan has no programmes to group by",
        "Groups are the programmes or providers that cohort.toml gives the members of the cohort.",
        "Add [programme] to cohort.toml, or leave --group out.",
        "tkk outcomes sensitivity cohort.toml --group programme",
    ),
    "TKK404": Explanation(
        EXIT_OK,
        "Follow-up ends before the horizon (warning)",
        "After the last follow-up nothing is known of those still without a return, so the row has no estimate.",
        "Choose an earlier --at, lengthen [follow_up] of cohort.toml, or leave out the origin that comes too late.",
        "tkk outcomes sensitivity cohort.toml --at 180",
    ),
    # 50x output ------------------------------------------------------------------------------------------------------
    "TKK501": Explanation(
        EXIT_USAGE,
        "The format or language of the output is not one that tkk has",
        "Nothing was written; the result is unchanged.",
        "Formats are text, markdown, csv, json and html; languages are fi, sv and en.",
    ),
    "TKK502": Explanation(
        EXIT_USAGE,
        "The result has no table of this name",
        "A table that does not apply to the analysis is absent, for example quantiles with several events.",
        "Choose one of the tables in the message, or write all of them with --format json.",
        "tkk survival cohort.csv ... --format csv --table groups",
    ),
    "TKK503": Explanation(
        EXIT_USAGE,
        "Two options about the output contradict each other",
        "Choosing one of them without a word could write something other than what was meant.",
        "Leave one out, or change it as the message says.",
        "tkk survival cohort.csv ... --format csv --table at",
    ),
    "TKK504": Explanation(
        EXIT_USAGE,
        "The output file cannot be written",
        "A file is written whole or not at all: one that was there before is unchanged.",
        "Make the folder, choose another one, or check its rights and the free space.",
    ),
    "TKK505": Explanation(
        EXIT_USAGE,
        "An output would replace an input or another output",
        "The cohort file cannot be made again, and of two outputs with one name only the last would be left.",
        "Give every output a name of its own.",
    ),
    "TKK506": Explanation(
        EXIT_USAGE,
        "The residuals cannot be written so",
        "They are a table with a row a person, in a format that statistics programs read, made in a second reading.",
        "Give a name that ends in .csv or .parquet, and the cohort as a file.",
    ),
    "TKK507": Explanation(
        EXIT_USAGE,
        "a cohort is not written in that format",
        "The cohort file is for statistics programs: Parquet, CSV, SPSS or Stata; grids are Parquet or CSV.",
        "Give names that end in .parquet, .csv, .sav or .dta, separated by commas.",
        "tkk cohort cohort.toml --save kohortti.parquet,kohortti.sav",
    ),
    # 51x and 52x figures ---------------------------------------------------------------------------------------------
    "TKK511": Explanation(
        EXIT_USAGE,
        "A number that shapes the figure is outside its range",
        "Journals print figures one or two columns wide (85 or 175 mm) at 300 to 600 dpi.",
        "Give --columns 1 or 2, --dpi from 300 to 600 and a --max-time after the start of the curves.",
        "tkk survival cohort.csv ... --figure figure.png --columns 2 --dpi 600",
    ),
    "TKK512": Explanation(
        EXIT_USAGE,
        "The figure's file name has no known suffix",
        "The suffix chooses the format, so nothing was written.",
        "End the name in .pdf, .png, .svg, .tiff, .tif or .eps.",
        "tkk survival cohort.csv ... --figure figure.pdf",
    ),
    "TKK513": Explanation(
        EXIT_USAGE,
        "The result does not hold the probability that the figure is asked to draw",
        "With competing events 1 minus a survival curve is no probability of the event: it counts people as still able "
        "to have the event after a competing event has made it impossible.",
        "Name every event with --events: the curves are then cumulative incidences, and can be stacked.",
        'tkk survival cohort.csv ... --events "return=1,pension=2,death=3" --figure figure.pdf --stacked',
    ),
    "TKK514": Explanation(
        EXIT_USAGE,
        "Weighted counts were asked for, but the curves have no weights",
        "The counts under the figure would not be what their heading says.",
        "Leave out --weighted-counts, or give --weights and --weight-kind.",
    ),
    "TKK515": Explanation(
        EXIT_USAGE,
        "There are more groups than a figure can tell apart",
        "Colours and line styles that can be told apart, in greyscale too, run out after eight.",
        "Choose groups with --where, or write the curves with --format csv.",
    ),
    "TKK516": Explanation(
        EXIT_USAGE,
        "No follow-up is left to draw",
        "The time axis would end before the curves start.",
        "Give a later --max-time, or leave it out.",
    ),
    "TKK517": Explanation(
        EXIT_USAGE,
        "An option of the figure without a figure",
        "The option would change nothing.",
        "Add the figure that the message names (tkk survival also has --plot term), or leave the option out.",
    ),
    "TKK518": Explanation(
        EXIT_USAGE,
        "There is nothing that the figure could draw",
        "The result holds no estimated effect, or it is of a kind that has no figure.",
        "See the table of coefficients and the warnings for why nothing was estimated.",
        "tkk regress cohort.csv ... --format csv",
    ),
    "TKK519": Explanation(
        EXIT_USAGE,
        "The result has no adjusted curves of that kind",
        "Not every model gives curves: those of several rows a person have no standardised ones, and curves for given "
        "covariates are made for each --pattern.",
        "Give --group for standardised curves or --pattern for given covariates, or leave out --figure-curves.",
        'tkk regress cohort.csv ... --pattern "ohjelma=KIILA,ika=45" --figure-curves curves.pdf --curves pattern',
    ),
    "TKK520": Explanation(
        EXIT_USAGE,
        "The result has no effects over time",
        "They come with the test of proportional hazards of a Cox model.",
        "Use --model cox without --ph-test none, or leave out --figure-ph.",
        "tkk regress cohort.csv ... --model cox --ph-test km --figure-ph ph.pdf",
    ),
    "TKK521": Explanation(
        EXIT_USAGE,
        "tkk explain does not know this topic",
        "Nothing was computed.",
        "tkk explain lists the codes; tkk explain capabilities prints what each estimator can do.",
        "tkk explain TKK101",
    ),
    "TKK522": Explanation(
        EXIT_USAGE,
        "tkk schema does not know this kind of result",
        "Nothing was computed.",
        "The kinds are the commands that make a result.",
        "tkk schema survival",
    ),
    "TKK523": Explanation(
        EXIT_USAGE,
        "There is more than a figure can show",
        "A forest plot holds eighty lines and eight adjustment sets, effects over time twenty-four panels.",
        "Leave out covariates or adjustment sets, use --causes first, or write the numbers with --format csv.",
    ),
    # 53x verification ------------------------------------------------------------------------------------------------
    "TKK530": Explanation(
        EXIT_USAGE,
        "The file is not a result that can be verified",
        "tkk verify reads what tkk survival or tkk regress wrote as JSON.",
        "Make the result with --json -o tulos.json, then tkk verify tulos.json.",
        "tkk verify tulos.json --data kuntoutus.csv",
    ),
    "TKK531": Explanation(
        EXIT_DATA,
        "The data of the result are not found, or have changed",
        "A result names its file and the hash of its content; other content cannot show whether the numbers are right.",
        "Give the file with --data FILE; if it has changed, make the result anew.",
    ),
    # 9xx bugs --------------------------------------------------------------------------------------------------------
    "TKK901": Explanation(
        EXIT_BUG,
        "tkk failed in a way it should not",
        "Nothing was written; no number of this run is to be used.",
        "Run the command again as tkk --debug ... and report where it failed, without your data.",
    ),
}
