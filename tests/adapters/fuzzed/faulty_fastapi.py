"""A library with seven faults that its document does not tell of."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

app = FastAPI()
AUTHORS: dict[UUID, "Author"] = {}
BOOKS: dict[UUID, "Book"] = {}
NOTES: dict[UUID, "Note"] = {}
TOTALS = {"month": 12, "year": 1}
OPENED = datetime(2024, 1, 1, tzinfo=UTC)


class NewAuthor(BaseModel):
    name: str = Field(min_length=1)


class Author(NewAuthor):
    id: UUID


class NewBook(BaseModel):
    title: str = Field(min_length=1)
    author_id: UUID


class Book(NewBook):
    id: UUID


class NewNote(BaseModel):
    text: str


class Note(NewNote):
    id: UUID


class Summary(BaseModel):
    title: str
    pages: int


MISSING: dict[int | str, dict[str, object]] = {404: {"description": "there is none"}}


def reset() -> None:
    for table in (AUTHORS, BOOKS, NOTES):
        table.clear()


@app.post("/authors", status_code=201)
def add_author(new: NewAuthor) -> Author:
    author = Author(id=uuid4(), **new.model_dump())
    AUTHORS[author.id] = author
    return author


@app.get("/authors/{author_id}", responses=MISSING)
def author(author_id: UUID) -> Author:
    if author_id not in AUTHORS:
        raise HTTPException(404)
    return AUTHORS[author_id]


@app.delete("/authors/{author_id}", status_code=204, responses=MISSING)
def drop_author(author_id: UUID) -> Response:
    if AUTHORS.pop(author_id, None) is None:
        raise HTTPException(404)
    return Response(status_code=204)


@app.post("/books", status_code=201, responses=MISSING)
def add_book(new: NewBook) -> Book:
    if new.author_id not in AUTHORS:
        raise HTTPException(404)
    book = Book(id=uuid4(), **new.model_dump())
    BOOKS[book.id] = book
    return book


@app.get("/books/{book_id}", responses=MISSING)
def book(book_id: UUID) -> dict[str, str]:
    if book_id not in BOOKS:
        raise HTTPException(404)
    found = BOOKS[book_id]
    return {"title": found.title, "author": AUTHORS[found.author_id].name}


@app.get("/books/{book_id}/summary", response_model=Summary, responses=MISSING)
def summary(book_id: UUID, style: str = "short") -> object:
    if style == "blurb":
        return JSONResponse({"title": "a blurb", "pages": None})
    if book_id not in BOOKS:
        raise HTTPException(404)
    return Summary(title=BOOKS[book_id].title, pages=100)


@app.post("/notes", status_code=201)
def add_note(new: NewNote) -> Note:
    note = Note(id=uuid4(), **new.model_dump())
    NOTES[note.id] = note
    return note


@app.get("/notes/{note_id}", responses=MISSING)
def note(note_id: UUID) -> Note:
    if note_id not in NOTES:
        raise HTTPException(404)
    return NOTES[note_id]


@app.delete("/notes/{note_id}", status_code=204, responses=MISSING)
def drop_note(note_id: UUID) -> Response:
    if note_id not in NOTES:
        raise HTTPException(404)
    return Response(status_code=204)


@app.get("/totals")
def totals(group_by: str = "month") -> int:
    if group_by == "quarter":
        return TOTALS["quarters"]
    return TOTALS.get(group_by, 0)


@app.get("/loans")
def loans(since: datetime) -> list[str]:
    return ["a loan"] if since < OPENED else []


@app.get("/shelves")
def shelves(floor: int = 0) -> list[str]:
    if floor > 9:
        raise HTTPException(410)
    return []
