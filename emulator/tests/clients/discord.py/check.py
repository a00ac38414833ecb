"""The bot of the fidelity check, made with discord.py.

It is told by its environment where the emulator is (EMULATOR_API, such as http://127.0.0.1:8123) and who it is (EMULATOR_TOKEN), and
writes what it sees as lines of JSON. What it is to do it is told by the people of its server; see `tests/suite/fidelity`.
"""

import asyncio
import io
import json
import os
import sys

if os.environ.get("EMULATOR_COMPRESS") == "zlib-stream":
    # discord.py takes zstd if it finds this package; as if it were not installed:
    sys.modules["zstandard"] = None

import discord
import yarl
from discord import app_commands, ui

API = os.environ["EMULATOR_API"]
# These two lines are all that makes a bot of discord.py talk to an emulator.
discord.http.Route.BASE = f"{API}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(API.replace("http", "ws", 1))

FRUIT = ["apple", "apricot", "banana"]


def saw(what, **more):
    print(json.dumps({"saw": what, **more}), flush=True)


def note(description=None):
    return discord.File(io.BytesIO(b"12345"), "note.txt", description=description)


class Reason(ui.Modal, title="A reason"):
    why = ui.Label(text="Why?", component=ui.TextInput(custom_id="why", style=discord.TextStyle.paragraph, max_length=20))

    async def on_submit(self, interaction):
        why = self.why.component.value
        saw("modal", id=self.custom_id, why=why, by=interaction.user.name)
        await interaction.response.send_message(f"Because {why}")


class Panel(ui.View):
    def seen(self, interaction, part, **more):
        saw(part, id=interaction.data["custom_id"], by=interaction.user.name, under=interaction.message.content, **more)

    @ui.button(label="More", custom_id="more", style=discord.ButtonStyle.primary)
    async def more(self, interaction, _):
        self.seen(interaction, "button")
        await interaction.response.edit_message(content="More!", view=None)

    @ui.button(label="Why", custom_id="why")
    async def why(self, interaction, _):
        self.seen(interaction, "button")
        await interaction.response.send_modal(Reason(custom_id="reason"))

    @ui.select(custom_id="size", placeholder="Size", options=[discord.SelectOption(label=it, value=it.lower()) for it in "SML"])
    async def size(self, interaction, menu):
        self.seen(interaction, "select", values=menu.values)
        await interaction.response.send_message(f"Size {menu.values[0]}", ephemeral=True)

    @ui.select(cls=ui.UserSelect, custom_id="who", placeholder="Who")
    async def who(self, interaction, menu):
        self.seen(interaction, "select", values=[user.name for user in menu.values])
        await interaction.response.send_message(f"For {menu.values[0].mention}", ephemeral=True)


intents = discord.Intents.default()
intents.message_content = True
client = discord.Client(intents=intents)
tree = app_commands.CommandTree(client)


@tree.command(description="Choose fruit")
async def fruit(interaction, name: str, count: int = 1, who: discord.Member = None):
    user = who.name if who else None
    saw("slash", command="fruit", by=interaction.user.name, place=interaction.channel.name, name=name, count=count, who=user)
    await interaction.response.send_message(f"{count} x {name} for {user or 'nobody'}", view=Panel(timeout=None))


@fruit.autocomplete("name")
async def complete(interaction, typed):
    saw("complete", option="name", typed=typed)
    return [app_commands.Choice(name=one.title(), value=one) for one in FRUIT if one.startswith(typed)]


@tree.command(description="Take your time")
async def slow(interaction):
    saw("slash", command="slow", by=interaction.user.name, place=interaction.channel.name)
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content="done")
    await interaction.followup.send("more", file=note())


@client.event
async def on_ready():
    saw("ready", bot=client.user.name, servers=[guild.name for guild in client.guilds])
    commands = await tree.sync()
    saw("commands", names=sorted(command.name for command in commands))


@client.event
async def on_resumed():
    saw("resumed")


async def send(channel, text):
    sent = await channel.send(text)
    saw("sent", text=sent.content)


@client.event
async def on_message(message):
    said = message.type in (discord.MessageType.default, discord.MessageType.reply)
    if message.author.bot or not said:
        return
    saw("message", text=message.content, by=message.author.name, place=message.channel.name)
    match message.content.split():
        case ["file"]:
            sent = await message.channel.send("a file", embed=discord.Embed(title="Contents"), file=note("five digits"))
            file = sent.attachments[0]
            content = (await file.read()).decode()
            saw("sent", text=sent.content, file=file.filename, description=file.description, content=content)
        case ["thread"]:
            thread = await message.create_thread(name="talk")
            await thread.send("inside")
            saw("thread", name=thread.name, parent=thread.parent.name)
        case ["send", count]:
            await asyncio.gather(*(send(message.channel, f"sent {at + 1}") for at in range(int(count))))
        case ["bye"]:
            await client.close()


client.run(os.environ["EMULATOR_TOKEN"])
